// Connects to a gateway in ways it refuses, one after the other, and prints for each what it said:
// the code of its error, or how it closed the connection.
//   node knock.mjs PORT KIND...
const [port, ...kinds] = process.argv.slice(2);
const secret = "made-up-and-wrong-0000000";

// What is sent: options of the WebSocket, the credentials, what else is unlike a good client.
const ways = {
  token: { auth: { token: secret } },
  password: { auth: { password: secret } },
  nothing: {},
  origin: {
    headers: { origin: "https://evil.example" },
    auth: { token: secret },
    client: { id: "openclaw-control-ui", mode: "webchat" },
  },
  protocol: { auth: { token: secret }, protocol: 99 },
  garbage: { first: "not json" },
  forwarded: { headers: { "x-forwarded-for": "203.0.113.9" }, auth: { token: secret } },
  // Words of a log line where the client says who it is.
  forged: {
    headers: { "user-agent": 'x cause=handshake-timeout","cause":"handshake-timeout' },
    auth: { token: secret },
    client: { version: "1 reason=rate_limited conn=0 closed before connect conn=1" },
  },
};

function connect({ auth, client, protocol, first }) {
  const params = {
    minProtocol: protocol ?? 1,
    maxProtocol: protocol ?? 9,
    client: { id: "cli", version: "0.0.1", platform: "linux", mode: "cli", ...client },
    role: "operator",
    scopes: ["operator.read"],
    caps: [],
    auth,
  };
  return first ?? JSON.stringify({ type: "req", id: "1", method: "connect", params });
}

function knock(way) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: way.headers ?? {} });
    let said = "";
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.event === "connect.challenge") socket.send(connect(way));
      if (frame.type === "res") said = frame.error?.details?.code ?? frame.error?.code ?? "let in";
    };
    socket.onerror = () => (said ||= "refused");
    socket.onclose = ({ code }) => resolve(said || `closed ${code}`);
  });
}

for (const kind of kinds) console.log(await knock(ways[kind]));
