// A model provider for tests: OpenAI's chat completions on loopback, deterministic, and it keeps
// books of every token it hands out, so that a test need not believe what OpenClaw wrote down.
//
//   node provider.mjs PORT       (CLAWVIGIL_LAB_PROVIDER_ADDRESS names another address than loopback)
//   GET /books   {"<model>": {"requests":2,"failed":0,"prompt":2400,"completion":68,"cached":2000}}
//                prompt includes cached, as OpenAI counts; a failed request hands out no token
//   GET /pages   the same by the page each request wished to be booked on; "" without that wish
//
// Wishes, written anywhere into the last user message:
//   [[usage in=N out=N cache=N]]   the usage to report (else 1200, 34, 1000)
//   [[tool NAME {json}]]           call this tool first, answer with text once its result is there
//   [[len N]]                      answer with N words (OpenClaw 2026.9 compresses long ones)
//   [[status N]]                   answer with this HTTP status and an error
//   [[wait N]]                     answer after N seconds, as a real one would
//   [[page NAME]]                  book it on this page too
import { createServer } from "node:http";

const port = Number(process.argv[2]);
const books = {};
const pages = {};
let answers = 0;

const textOf = (content) =>
  typeof content === "string" ? content : (content ?? []).map((part) => part?.text ?? "").join("");

// OpenClaw 2026.9 appends a user message of its own that starts like this.
const isWritten = (message) =>
  message.role !== "user" || !textOf(message.content).startsWith("<<<BEGIN_OPENCLAW");

function wishesOf(messages) {
  const written = messages.filter(isWritten);
  const text = textOf(written.findLast((message) => message.role === "user")?.content ?? "");
  const usage = /\[\[usage in=(\d+) out=(\d+) cache=(\d+)\]\]/.exec(text) ?? [, 1200, 34, 1000];
  const tool = /\[\[tool (\w+) (\{.*?\})\]\]/s.exec(text);
  return {
    status: Number(/\[\[status (\d+)\]\]/.exec(text)?.[1] ?? 200),
    wait: Number(/\[\[wait (\d+)\]\]/.exec(text)?.[1] ?? 0),
    page: /\[\[page ([\w/-]+)\]\]/.exec(text)?.[1] ?? "",
    length: Number(/\[\[len (\d+)\]\]/.exec(text)?.[1] ?? 0),
    tool: written.at(-1)?.role === "tool" ? null : tool && { name: tool[1], arguments: tool[2] },
    tokens: { prompt: Number(usage[1]), completion: Number(usage[2]), cached: Number(usage[3]) },
  };
}

function write(page, tokens) {
  page.requests += 1;
  if (!tokens) page.failed += 1;
  for (const [kind, count] of Object.entries(tokens ?? {})) page[kind] += count;
}

function book(model, wishes, tokens) {
  const empty = { requests: 0, failed: 0, prompt: 0, completion: 0, cached: 0 };
  write((books[model] ??= { ...empty }), tokens);
  write((pages[wishes.page] ??= { ...empty }), tokens);
}

function sendJson(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function complete(response, request, wishes) {
  const { prompt, completion, cached } = wishes.tokens;
  const number = ++answers;
  const usage = {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
  };
  const content = wishes.length ? "lorem ".repeat(wishes.length) : `reply ${number}`;
  const id = `call_${number}`;
  const call = wishes.tool && { index: 0, id, type: "function", function: wishes.tool };
  const message = { role: "assistant", ...(call ? { tool_calls: [call] } : { content }) };
  const finish_reason = call ? "tool_calls" : "stop";
  const created = Math.floor(Date.now() / 1000);
  const base = { id: `chatcmpl-${number}`, created, model: request.model };
  if (!request.stream) {
    const choices = [{ index: 0, message, finish_reason }];
    return sendJson(response, 200, { ...base, object: "chat.completion", choices, usage });
  }
  const chunk = (fields) => {
    const event = { ...base, object: "chat.completion.chunk", ...fields };
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  };
  response.writeHead(200, { "content-type": "text/event-stream" });
  chunk({ choices: [{ index: 0, delta: message, finish_reason: null }] });
  chunk({ choices: [{ index: 0, delta: {}, finish_reason }] });
  chunk({ choices: [], usage });
  response.end("data: [DONE]\n\n");
}

function answer(request, response, body) {
  if (request.url === "/books") return sendJson(response, 200, books);
  if (request.url === "/pages") return sendJson(response, 200, pages);
  if (request.method === "GET") return sendJson(response, 200, { object: "list", data: [] });
  const wanted = JSON.parse(body);
  const wishes = wishesOf(wanted.messages ?? []);
  if (wishes.status !== 200) {
    book(wanted.model, wishes, null);
    const error = { message: "as you wished", type: "wished" };
    return sendJson(response, wishes.status, { error });
  }
  book(wanted.model, wishes, wishes.tokens);
  setTimeout(complete, wishes.wait * 1000, response, wanted, wishes);
}

createServer((request, response) => {
  let body = "";
  request.on("data", (data) => (body += data));
  request.on("end", () => answer(request, response, body));
}).listen(port, process.env.CLAWVIGIL_LAB_PROVIDER_ADDRESS ?? "127.0.0.1");
