// Looks at the status page in a real Chromium, as those do who use it:
//   node page.mjs URL SCREENSHOTS MODULES
// for two widths, both colour schemes and both languages: axe-core finds no violation, nothing is
// wider than the screen, nothing runs, asks or is fetched, keys and clicks do what they should.
// Prints one line for each, exits with 1 if something is wrong.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [url, screenshots, modules] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const problems = [];
function expect(condition, what) {
  if (!condition) problems.push(what);
}

function watch(page, name) {
  page.on("dialog", async (dialog) => {
    problems.push(`${name}: dialog ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("console", (message) => problems.push(`${name}: console ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${name}: error ${error.message}`));
  page.on("request", (request) => {
    const ours = request.url() === url || request.url().startsWith("data:");
    expect(ours, `${name}: fetched ${request.url()}`);
  });
}

// What only a browser knows of the page as it is.
function measure() {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  const small = [...document.querySelectorAll("nav a, summary")].filter(
    (element) => element.getClientRects().length > 0 && element.getBoundingClientRect().height < 24,
  );
  return {
    lang: document.documentElement.lang,
    wide,
    foreign: document.querySelectorAll("script,img,iframe,object,embed,form,input,base").length,
    small: small.length,
    untitled: [...document.querySelectorAll("table")].filter((table) => !table.caption).length,
  };
}

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document));
  expect(found.passes.length > 20, `axe looked at ${found.passes.length} things only`);
  return found.violations.map(
    (one) => `${one.id} (${one.nodes.length}): ${one.nodes[0].html.slice(0, 160)} ${one.nodes[0].failureSummary}`,
  );
}

async function look(browser, width, scheme, locale) {
  const name = `${width}-${scheme}-${locale.slice(0, 2)}`;
  const context = await browser.newContext({
    viewport: { width, height: 900 }, colorScheme: scheme, locale, bypassCSP: false,
  });
  const page = await context.newPage();
  watch(page, name);
  const response = await page.goto(url);
  const body = await response.body();
  expect(body.length < 60_000, `${name}: ${body.length} bytes`);
  expect(/Accept-Language/.test(response.headers().vary ?? ""), `${name}: Vary`);
  await page.screenshot({ path: `${screenshots}/page-${name}.png`, fullPage: true });
  for (const opened of [false, true]) {
    if (opened) {
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
      await page.screenshot({ path: `${screenshots}/page-${name}-open.png`, fullPage: true });
    }
    const seen = await page.evaluate(measure);
    expect(seen.lang === locale.slice(0, 2), `${name}: lang ${seen.lang}`);
    expect(seen.wide <= 0, `${name}: ${seen.wide} px wider than the screen`);
    expect(seen.foreign === 0, `${name}: ${seen.foreign} elements that are not ours`);
    expect(seen.small === 0, `${name}: ${seen.small} targets too small to touch`);
    expect(seen.untitled === 0, `${name}: ${seen.untitled} tables without a caption`);
    for (const one of await violations(page)) problems.push(`${name}: axe ${one}`);
  }
  console.log(`${name}: ${body.length} bytes`);
  await context.close();
}

// The skip link, folds by keyboard, and a command that is selected as a whole by one click.
async function use(browser) {
  const page = await browser.newPage();
  watch(page, "use");
  await page.goto(url);
  await page.keyboard.press("Tab");
  const skip = page.locator(".skip");
  expect(await skip.evaluate((link) => link === document.activeElement), "the first stop is not the skip link");
  const box = await skip.boundingBox();
  expect(box !== null && box.x >= 0, "the skip link is not visible when it has the focus");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement.id === "main"), "the skip link leads nowhere");
  const fold = page.locator("details.area > summary").first();
  await fold.focus();
  await page.keyboard.press("Enter");
  expect(await fold.evaluate((summary) => summary.parentElement.open), "Enter does not unfold");
  const told = page.locator("section[aria-labelledby=recent] li a").first();
  const target = await told.getAttribute("href");
  await told.click();
  expect(await page.locator(target).isVisible(), `the check ${target} of a message stays folded`);
  const command = page.locator("code.c").first();
  await command.click();
  const [selected, whole] = await command.evaluate((code) => [getSelection().toString(), code.textContent]);
  expect(selected.trim() === whole.trim(), `a click selects "${selected}" of "${whole}"`);
  console.log(`one click selects: ${selected.trim()}`);
  await page.close();
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  for (const width of [1280, 390]) {
    for (const scheme of ["light", "dark"]) {
      for (const locale of ["en-GB", "fr-FR"]) await look(browser, width, scheme, locale);
    }
  }
  await use(browser);
} finally {
  await browser.close();
}
for (const problem of problems) console.log(`PROBLEM ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
