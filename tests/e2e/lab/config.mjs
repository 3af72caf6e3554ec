// Prints the openclaw.json of the lab: one provider with two priced models, two agents, no channel.
//   node config.mjs VERSION PORT PROVIDER_PORT LOG_FILE
const [version, port, providerPort, logFile] = process.argv.slice(2);

// USD per million tokens
const model = (id, input, output, cacheRead, cacheWrite) => ({
  id,
  name: id,
  contextWindow: 128000,
  maxTokens: 4096,
  input: ["text"],
  reasoning: false,
  cost: { input, output, cacheRead, cacheWrite },
});
const small = { model: "fakeai/fake-small" };
const byList = /^2026\.[1-7]\./.test(version); // later: a map by id
const agents = byList
  ? { list: [{ id: "main", default: true }, { id: "small", ...small }] }
  : { entries: { main: {}, small } };

const config = {
  gateway: {
    mode: "local",
    bind: "loopback",
    port: Number(port),
    auth: { mode: "token", token: "labtoken-0123456789abcdef0123456789" },
    controlUi: { allowedOrigins: [`http://127.0.0.1:${port}`] },
    http: { endpoints: { chatCompletions: { enabled: true } } },
  },
  logging: { file: logFile },
  update: { checkOnStart: false },
  models: {
    mode: "merge",
    providers: {
      fakeai: {
        baseUrl: `http://127.0.0.1:${providerPort}/v1`,
        apiKey: "fake-key-0123456789abcdef",
        api: "openai-completions",
        models: [
          model("fake-large", 3, 15, 0.3, 3.75),
          model("fake-small", 0.25, 1.25, 0.025, 0.3),
        ],
      },
    },
  },
  agents: { defaults: { model: { primary: "fakeai/fake-large" }, skipBootstrap: true }, ...agents },
};
console.log(JSON.stringify(config, null, 2));
