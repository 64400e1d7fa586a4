// What the module's table says of ws and socket.io, measured with npm's own clients against the lab's servers: node socketio.js
// URL URL-WITH-A-FAST-HEARTBEAT URL-WITH-TWO-NAMESPACES. Every client stands behind a proxy, which counts, cuts, falls silent or
// lets no WebSocket through. The last line that is printed is what was found, as JSON; times are milliseconds.
const net = require("node:net");
const { once } = require("node:events");
const { io, Manager } = require("socket.io-client");
const WebSocket = require("ws");

const [url, beating, open] = process.argv.slice(2);
const auth = { token: "ABC-123", name: "Ana" };
const kinds = ["ws", "io", "polling"];
const never = 10_000; // what has not happened after so long does not happen
const away = 5; // so many events are sent while a client is away
const hi = { text: "hi" };
const rounds = (kind) => (kind === "ws" ? 1 : 5); // of what a WebSocket by itself does not do

const wait = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));
const within = (ms, promise) => Promise.race([promise, wait(ms, null)]);

// proxy passes bytes on to a server.
async function proxy(target, { blocked = false } = {}) {
  const { port } = new URL(target);
  const p = { up: 0, down: 0, requests: 0, connections: 0, silent: false };
  const ends = new Set();
  const server = net.createServer((near) => {
    p.connections++;
    const far = net.connect(port, "127.0.0.1");
    for (const [from, to, way] of [[near, far, "up"], [far, near, "down"]]) {
      ends.add(from);
      from.setNoDelay(true);
      from.on("error", () => {});
      from.on("close", () => { ends.delete(from); if (!p.silent) to.destroy(); });
      from.on("data", (bytes) => {
        if (p.silent) return;
        p[way] += bytes.length;
        const head = way === "up" ? bytes.toString("latin1") : "";
        p.requests += (head.match(/(GET|POST) \S+ HTTP\/1\.1\r\n/g) ?? []).length;
        if (blocked && /\r\nupgrade: websocket/i.test(head)) return from.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        to.write(bytes);
      });
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  p.url = "http://127.0.0.1:" + server.address().port;
  p.reset = () => { p.up = p.down = p.requests = 0; };
  p.cut = () => ends.forEach((end) => end.destroy());
  p.close = () => { p.cut(); server.close(); };
  return p;
}

// raw is a client of the JSON format: npm's ws, with the few lines that everybody writes around it.
function raw(url) {
  const ws = new WebSocket(url.replace("http", "ws") + "/ws");
  const heard = {}, asked = new Map();
  let id = 0;
  ws.on("error", () => {});
  ws.on("open", () => c.emit("auth", auth));
  ws.on("message", (text) => {
    const m = JSON.parse(text);
    if (m.event) return heard[m.event]?.(m.data);
    asked.get(m.id)?.(m.data);
    asked.delete(m.id);
  });
  const c = {
    ws,
    on: (event, f) => { heard[event] = f; },
    emit: (event, data) => ws.send(JSON.stringify({ event, data }), () => {}), // with a callback, a closed socket is no exception
    ask: (event, data) => new Promise((resolve) => { asked.set(id, resolve); ws.send(JSON.stringify({ event, data, id: id++ })); }),
    close: () => ws.close(1000),
    settled: async () => {},
  };
  c.connected = new Promise((resolve) => c.on("connected", resolve));
  c.lost = new Promise((resolve) => ws.on("close", () => resolve("lost")));
  return c;
}

// packet is npm's socket.io-client in the same shape.
function packet(url, options) {
  const socket = io(url, { forceNew: true, auth, ...options });
  const upgraded = new Promise((resolve) => socket.io.engine.once("upgrade", resolve));
  return {
    socket,
    on: (event, f) => socket.off(event).on(event, f),
    emit: (event, data) => socket.emit(event, data),
    ask: (event, data) => socket.emitWithAck(event, data),
    close: () => socket.disconnect(),
    settled: () => (options?.transports ? null : upgraded),
    connected: new Promise((resolve) => socket.once("connect", () => resolve("connected"))),
    lost: new Promise((resolve) => socket.once("disconnect", () => resolve("lost"))),
  };
}

const client = (kind, url) => (kind === "ws" ? raw(url) : packet(url, kind === "polling" ? { transports: ["polling"] } : {}));

// said sends an event and waits until it comes back.
const said = (c, data) => new Promise((resolve) => { c.on("message", resolve); c.emit("message", data); });

const each = async (f) => Object.fromEntries(await Promise.all(kinds.map(async (kind) => [kind, await f(kind)])));
const inTurn = async (n, f) => {
  const all = Object.fromEntries(kinds.map((kind) => [kind, []]));
  for (let i = 0; i < n; i++) for (const kind of kinds) all[kind].push(await f(kind));
  return all;
};
const middle = (all) => all.toSorted((a, b) => a - b)[all.length >> 1];
const fields = (all, field) => Object.fromEntries(kinds.map((kind) => [kind, all[kind].map((v) => v[field])]));
const middles = (all, field) => Object.fromEntries(kinds.map((kind) => [kind, middle(all[kind].map((v) => v[field]))]));

// connecting is what it takes until a client has heard its first event, the upgrade included where there is one.
async function connecting() {
  const all = await inTurn(20, async (kind) => {
    const p = await proxy(url);
    const begun = performance.now();
    const c = client(kind, p.url);
    await c.connected;
    await said(c, hi);
    const took = performance.now() - begun;
    await c.settled();
    await wait(20); // the last bytes of an upgrade
    const found = { took, requests: p.requests, bytes: p.up + p.down };
    c.close();
    await wait(20);
    p.close();
    return found;
  });
  return { took: fields(all, "took"), requests: middles(all, "requests"), bytes: middles(all, "bytes") };
}

// talking is what an event, a request and bytes take once a client is connected: bytes on the wire, of one direction.
async function talking() {
  const all = await inTurn(1, async (kind) => {
    const p = await proxy(url);
    const c = client(kind, p.url);
    await c.connected;
    await c.settled();
    const counted = async (n, f) => {
      await wait(50);
      p.reset();
      for (let i = 0; i < n; i++) await f();
      await wait(50);
      return { up: Math.round(p.up / n), down: Math.round(p.down / n) };
    };
    await said(c, hi);
    const { up, down } = await counted(100, () => said(c, hi));
    const acks = [];
    for (let i = 0; i < 300; i++) {
      const begun = performance.now();
      await c.ask("echo", hi);
      acks.push(performance.now() - begun);
    }
    const bytes = Buffer.alloc(1000, 255);
    const binary = (await counted(100, () => c.ask("echo", kind === "ws" ? bytes.toString("base64") : bytes))).up;
    c.close();
    p.close();
    return { up, down, acks, binary };
  });
  const only = (field) => Object.fromEntries(kinds.map((kind) => [kind, all[kind][0][field]]));
  return { up: only("up"), down: only("down"), acks: only("acks"), binary: only("binary") };
}

// offered is what works of what the infrastructure is for.
async function offered() {
  return each(async (kind) => {
    const [ana, bob] = [client(kind, url), client(kind, url)];
    await Promise.all([ana.connected, bob.connected]);
    const works = [];
    const broadcast = new Promise((resolve) => bob.on("message", resolve));
    ana.emit("message", hi);
    if (await within(1000, broadcast)) works.push("broadcasts");
    if (await within(1000, bob.ask("join", kind))) works.push("acks");
    const room = new Promise((resolve) => bob.on("room", resolve));
    ana.emit("room", { room: kind, text: "psst" });
    if (await within(1000, room)) works.push("rooms");
    const bytes = Buffer.from([0, 1, 254, 255]);
    const back = await within(1000, ana.ask("echo", bytes));
    if (Buffer.isBuffer(back) && bytes.equals(back)) works.push("bytes");
    [ana, bob].forEach((c) => c.close());
    if (await namespaces(kind)) works.push("namespaces");
    return works;
  });
}

// namespaces says whether one connection carries two conversations. The JSON format has no field for it.
async function namespaces(kind) {
  if (kind === "ws") return false;
  const manager = new Manager(open, { forceNew: true, transports: [kind === "io" ? "websocket" : "polling"] });
  const both = ["/", "/custom"].map((name) => manager.socket(name, { auth }));
  const joined = await within(2000, Promise.all(both.map((s) => once(s, "auth"))));
  both.forEach((s) => s.disconnect());
  return joined !== null;
}

// cut loses a client's connection: when it is back, what arrives of what it says meanwhile, and what it hears of what others say.
async function cut(kind) {
  const witness = packet(url, { transports: ["websocket"] });
  await witness.connected;
  const p = await proxy(url);
  const c = client(kind, p.url);
  await c.connected;
  await c.settled();
  await said(c, hi);
  let arrived = 0, missed = 0, sent = 0;
  const other = new Promise((resolve) => witness.on("message", (m) => {
    if (m === kind + " says") arrived++;
    if (m === kind + " is away" && ++sent === away) resolve();
  }));
  c.on("message", (m) => { if (m === kind + " is away") missed++; });
  const before = p.connections;
  let begun;
  do { // a client that polls may have been between two requests, and lost nothing
    begun = performance.now();
    p.cut();
  } while ((await within(50, c.lost)) === null);
  for (let i = 0; i < away; i++) { witness.emit("message", kind + " is away"); c.emit("message", kind + " says"); }
  await other;
  const back = kind === "ws" ? wait(never, null) : within(never, once(c.socket, "connect"));
  const took = (await back) === null ? null : performance.now() - begun;
  if (kind === "ws" && p.connections > before) throw new Error("a WebSocket came back by itself");
  await wait(200);
  c.close();
  witness.close();
  p.close();
  return { took, arrived, missed };
}

async function cuts() {
  const all = await each(async (kind) => {
    const several = [];
    for (let i = 0; i < rounds(kind); i++) several.push(await cut(kind));
    return several;
  });
  return { took: fields(all, "took"), arrived: middles(all, "arrived"), heard: middles(all, "missed") };
}

// silence is when a client notices that nothing comes any more, with a heartbeat of 1 s and 1 s for its answer.
const silence = () => each((kind) => Promise.all(Array.from({ length: rounds(kind) }, () => silent(kind))));

async function silent(kind) {
  const p = await proxy(beating);
  const c = client(kind, p.url);
  await c.connected;
  await c.settled();
  await wait(1500);
  const begun = performance.now();
  p.silent = true;
  const took = (await within(never, c.lost)) === null ? null : performance.now() - begun;
  c.close();
  p.silent = false;
  p.close();
  return took;
}

// blocked is when the first event is heard where something on the way lets no WebSocket through.
const blocked = () => inTurn(5, async (kind) => {
  const p = await proxy(url, { blocked: true });
  const begun = performance.now();
  const c = client(kind, p.url);
  const first = c.connected.then(() => said(c, hi));
  const took = (await within(never, Promise.race([first, kind === "ws" ? c.lost.then(() => null) : first]))) === null ? null : performance.now() - begun;
  c.close();
  p.close();
  return took;
});

(async () => {
  const found = { away, never };
  for (const [name, part] of Object.entries({ connecting, talking, offered, cuts, silence, blocked })) found[name] = await part();
  console.log(JSON.stringify(found));
  process.exit(0);
})().catch((err) => {
  console.error(err);
  process.exit(1);
});

setTimeout(() => {
  console.error("what it waits for did not come in 3 minutes");
  process.exit(1);
}, 180_000);
