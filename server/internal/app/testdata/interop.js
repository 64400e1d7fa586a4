// One scenario with the real clients of Socket.IO and WebSocket: node interop.js SCENARIO URL. It exits with an
// error where the server does otherwise than the clients expect.
const assert = require("node:assert/strict");
const { once } = require("node:events");
const { io, Manager } = require("socket.io-client");
const WebSocket = require("ws");

const [scenario, url, otherServer] = process.argv.slice(2);
const auth = { token: "ABC-123", name: "Ana" };
const open = [];

// connect returns a client that is connected.
async function connect(options = {}) {
  const socket = io(url, { forceNew: true, auth, ...options });
  open.push(socket);
  socket.upgraded = new Promise((resolve) => socket.io.engine.once("upgrade", (t) => resolve(t.name))); // it may come first
  const refused = once(socket, "connect_error").then(([err]) => { throw err; });
  await Promise.race([once(socket, "connect"), refused]);
  refused.catch(() => {});
  return socket;
}

const heard = async (socket, event) => (await once(socket, event))[0];

// raw returns a client of the JSON format, with a queue of what it hears.
async function raw() {
  const ws = new WebSocket(url.replace("http", "ws") + "/ws?token=ABC-123&name=Raw");
  const waiting = [], asking = [];
  ws.on("message", (data) => {
    const message = JSON.parse(data);
    const ask = asking.shift();
    ask ? ask(message) : waiting.push(message);
  });
  open.push(ws);
  const next = () => new Promise((resolve) => (waiting.length ? resolve(waiting.shift()) : asking.push(resolve)));
  assert.equal((await next()).event, "connected");
  return { next, emit: (event, data) => ws.send(JSON.stringify({ event, data })), close: () => ws.close(1000) };
}

const scenarios = {
  async auth() {
    const socket = await connect();
    assert.equal(typeof socket.id, "string");
    assert.notEqual(socket.id, socket.io.engine.id);
  },

  async refusal() {
    const manager = new Manager(url, { forceNew: true });
    const socket = manager.socket("/", { auth: { token: "guess", name: "Eve" } });
    open.push(socket);
    const [err] = await once(socket, "connect_error");
    assert.equal(err.message, "unauthorized");
    assert.equal(socket.active, false);
    socket.auth = auth;
    socket.connect();
    await once(socket, "connect");
  },

  async events() {
    const [ana, bob] = [await connect(), await connect()];
    const both = Promise.all([heard(ana, "message"), heard(bob, "message")]);
    ana.emit("message", { text: "hi", more: [null, "ñ"] });
    assert.deepEqual(await both, Array(2).fill({ text: "hi", more: [null, "ñ"] }));
    ana.emit("nobody listens", 1);
    assert.equal((await heard(ana, "exception")).code, "unknown_event");
    const thrice = new Promise((resolve) => {
      const all = [];
      ana.on("stream", (n) => all.push(n) === 3 && resolve(all));
    });
    ana.emit("stream");
    assert.deepEqual(await thrice, [1, 2, 3]);
  },

  async acks() {
    const socket = await connect();
    assert.deepEqual(await socket.timeout(5000).emitWithAck("echo", { a: 1 }), { a: 1 });
    assert.equal(await socket.emitWithAck("echo", 0), 0);
    assert.deepEqual(await socket.emitWithAck("echo", { event: "x", data: 5 }), { event: "x", data: 5 });
    assert.deepEqual(await socket.emitWithAck("echo", 1, "two"), [1, "two"]);
    socket.on("question", (q, answer) => answer("blue to " + q));
    assert.equal(await socket.emitWithAck("ask", "sky"), "blue to sky");
    await assert.rejects(socket.timeout(200).emitWithAck("fail"), /timed out/);
  },

  async binary() {
    for (const transports of [["polling"], ["websocket"]]) {
      const socket = await connect({ transports });
      const bytes = Buffer.from([0, 1, 254, 255]);
      assert.deepEqual(await socket.emitWithAck("echo", bytes), bytes);
      const nested = { name: "cat", parts: [bytes, { more: Buffer.from("é") }] };
      assert.deepEqual(await socket.emitWithAck("echo", nested), nested);
      const other = await connect({ transports });
      socket.emit("message", { text: "with bytes", bytes });
      assert.deepEqual(await heard(other, "message"), { text: "with bytes", bytes });
    }
  },

  async namespaces() {
    const manager = new Manager(url, { forceNew: true });
    const [main, custom, none] = ["/", "/custom", "/none"].map((name) => manager.socket(name, { auth }));
    open.push(main, custom, none);
    const [[err]] = await Promise.all([once(none, "connect_error"), once(main, "auth"), once(custom, "auth")]);
    assert.equal(err.message, "Invalid namespace");
    custom.emit("message", 1, "two", Buffer.from("3"));
    assert.deepEqual(await once(custom, "message-back"), [1, "two", Buffer.from("3")]);
    custom.disconnect();
    assert.deepEqual(await main.emitWithAck("message-with-ack", "still here"), "still here");
  },

  async reconnection() {
    const socket = await connect({ transports: ["websocket"], reconnectionDelay: 10 });
    const before = socket.id;
    const gone = once(socket, "disconnect");
    socket.io.engine.transport.ws.terminate();
    assert.equal((await gone)[0], "transport close");
    await once(socket, "connect");
    assert.notEqual(socket.id, before);
    assert.equal(await socket.emitWithAck("echo", "again"), "again");
  },

  // Its server is lost, and the library goes on at another one as if nothing had been.
  async recovery() {
    const [ana, bob] = [await connect({ transports: ["websocket"], reconnectionDelay: 10 }), await connect()];
    const first = heard(ana, "message");
    bob.emit("message", "heard");
    assert.equal(await first, "heard");
    const before = ana.id;
    const missed = heard(ana, "message");
    ana.io.uri = otherServer;
    ana.io.engine.transport.ws.terminate();
    await bob.emitWithAck("message", "missed");
    await once(ana, "connect");
    assert.deepEqual([ana.recovered, ana.id], [true, before]);
    assert.equal(await missed, "missed");
    assert.equal(await ana.emitWithAck("echo", "again"), "again");
  },

  async polling() {
    const socket = await connect({ transports: ["polling"] });
    assert.equal(socket.io.engine.transport.name, "polling");
    for (let i = 0; i < 50; i++) assert.equal(await socket.emitWithAck("echo", i), i);
    const long = "ñ".repeat(100_000);
    assert.equal(await socket.emitWithAck("echo", long), long);
  },

  // Events go both ways while the WebSocket takes over: none is lost, none overtakes another.
  async upgrade() {
    const socket = await connect();
    const broadcasts = [], acks = [];
    const all = new Promise((resolve) => {
      const enough = () => broadcasts.length === 500 && acks.length === 500 && resolve();
      socket.on("message", (n) => { broadcasts.push(+n); enough(); });
      const speak = (n) => {
        if (n === 500) return;
        socket.emit("message", String(n));
        socket.emit("echo", n, (m) => { acks.push(m); enough(); });
        n % 10 ? speak(n + 1) : setImmediate(speak, n + 1);
      };
      speak(0);
    });
    assert.equal(await socket.upgraded, "websocket");
    await all;
    const want = [...Array(500).keys()];
    assert.deepEqual(broadcasts, want);
    assert.deepEqual(acks, want);
  },

  async kick() {
    for (const transports of [["polling"], ["websocket"]]) {
      const [ana, bob] = [await connect({ transports }), await connect()];
      const left = heard(bob, "left");
      const id = ana.id;
      ana.emit("kick");
      assert.equal((await once(ana, "disconnect"))[0], "io server disconnect");
      assert.deepEqual(await left, { id, reason: "server namespace disconnect" });
      bob.disconnect();
    }
  },

  async reasons() {
    const witness = await connect();
    const leaves = async (socket, leave) => {
      const left = heard(witness, "left");
      const id = socket.id;
      leave(socket);
      const said = await left;
      assert.equal(said.id, id);
      return said.reason;
    };
    assert.equal(await leaves(await connect({ transports: ["websocket"] }), (s) => s.disconnect()), "client namespace disconnect");
    assert.equal(await leaves(await connect({ transports: ["polling"] }), (s) => s.disconnect()), "client namespace disconnect");
    assert.equal(await leaves(await connect({ transports: ["websocket"], reconnection: false }), (s) => s.io.engine.transport.ws.terminate()), "transport close");
    assert.equal(await leaves(await connect({ transports: ["websocket"], reconnection: false }), (s) => s.io.engine.transport.ws.send("9")), "parse error");
    assert.equal(await leaves(await connect({ transports: ["websocket"], reconnection: false }), (s) => s.io.engine.transport.ws.send("42[]")), "forced close");
    assert.equal(await leaves(await connect({ transports: ["websocket"], reconnection: false }), (s) => s.io.engine.transport.ws.send("2")), "transport error");
  },

  // What the client's library itself says of an end.
  async ends() {
    const ends = async (options, end) => {
      const socket = await connect({ reconnectionDelay: 10, ...options });
      const gone = once(socket, "disconnect");
      end(socket);
      return [(await gone)[0], socket.active];
    };
    const [polling, websocket] = [{ transports: ["polling"] }, { transports: ["websocket"] }];
    for (const options of [polling, websocket]) {
      assert.deepEqual(await ends(options, (s) => s.disconnect()), ["io client disconnect", false]);
      assert.deepEqual(await ends(options, (s) => s.emit("kick")), ["io server disconnect", false]);
    }
    assert.deepEqual(await ends(websocket, (s) => s.io.engine.transport.ws.terminate()), ["transport close", true]);
    assert.deepEqual(await ends(polling, (s) => s.io.engine.write("abc")), ["transport close", true]); // it is told by a close packet
    assert.deepEqual(await ends(polling, (s) => { s.io.engine.transport.query.sid = "nobody"; s.emit("x"); }), ["transport error", true]);
    const foreign = io(url, { forceNew: true, ...polling, extraHeaders: { Origin: "http://elsewhere.example" } });
    open.push(foreign);
    const [err] = await once(foreign, "connect_error");
    assert.equal(err.message, "xhr poll error");
    assert.equal(foreign.active, true);
  },

  async crowd() {
    const sockets = await Promise.all(Array.from({ length: 200 }, (_, i) => connect({ transports: i % 4 ? ["websocket"] : ["polling"] })));
    const heardBy = sockets.map((s) => new Promise((resolve) => {
      const all = [];
      s.on("message", (n) => all.push(n) === 20 && resolve(all));
    }));
    for (let n = 0; n < 20; n++) sockets[0].emit("message", String(n));
    const want = [...Array(20).keys()].map(String);
    for (const all of await Promise.all(heardBy)) assert.deepEqual(all, want);
  },

  async formats() {
    const [ana, bob] = [await connect(), await raw()];
    const own = heard(ana, "message");
    ana.emit("message", { text: "from socket.io", bytes: Buffer.from("hi") });
    await own;
    assert.deepEqual(await bob.next(), { event: "message", data: { text: "from socket.io", bytes: "aGk=" } });
    const message = heard(ana, "message");
    bob.emit("message", "from a WebSocket");
    assert.equal(await message, "from a WebSocket");
    await bob.next();
    await ana.emitWithAck("join", "den");
    const room = heard(ana, "room");
    bob.emit("room", { room: "den", text: "psst" });
    assert.equal(await room, "psst");
    const left = heard(ana, "left");
    bob.close();
    assert.equal((await left).reason, "client left");
  },
};

const patience = setTimeout(() => {
  console.error(scenario + ": what it waits for did not come in 30 s");
  process.exit(1);
}, 30_000);

scenarios[scenario]().then(
  () => {
    clearTimeout(patience);
    for (const s of open) s.close();
    process.exit(0);
  },
  (err) => {
    console.error(err);
    process.exit(1);
  },
);
