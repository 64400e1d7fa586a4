// Beside the module's script, on the socket that it opened: shows what is heard and emits what is typed.
/* global socket */
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const panel = byId("module");
  const words = panel.dataset;

  function state(name, word) {
    panel.dataset.state = name;
    byId("module-state").textContent = word;
    byId("module-send").disabled = name !== "open";
  }

  function line(direction, text) {
    const row = document.createElement("li");
    const at = document.createElement("time");
    at.textContent = new Date().toISOString().slice(14, 23);
    const arrow = document.createElement("span");
    arrow.className = "arrow";
    arrow.textContent = direction === "out" ? "→" : "←";
    const code = document.createElement("code");
    code.textContent = text;
    row.dataset.direction = direction;
    row.append(at, arrow, code);
    byId("module-log").append(row);
    const frame = byId("module-log").parentElement;
    frame.scrollTop = frame.scrollHeight;
  }

  const told = (event, args) => [event, ...args.map((a) => JSON.stringify(a))].join(" ");

  state("connecting", words.connecting);
  socket.on("connect", () => {
    state("open", words.open);
    line("in", `connect ${socket.id}, ${socket.io.engine.transport.name}`);
    socket.io.engine.on("upgrade", (transport) => line("in", `upgrade ${transport.name}`));
  });
  socket.on("connect_error", (error) => {
    state(socket.active ? "connecting" : "refused", socket.active ? words.connecting : words.refused);
    line("in", `connect_error ${error.message}`);
  });
  socket.on("disconnect", (reason) => {
    state(socket.active ? "lost" : "closed", socket.active ? words.connecting : words.closed);
    line("in", `disconnect ${reason}`);
  });
  socket.onAny((event, ...args) => line("in", told(event, args)));
  socket.onAnyOutgoing((event, ...args) => line("out", told(event, args)));

  byId("module-form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const error = byId("module-error");
    error.textContent = "";
    try {
      const typed = byId("module-payload").value;
      socket.emit(byId("module-event").value, ...(typed ? [JSON.parse(typed)] : []));
    } catch (problem) {
      error.textContent = problem.message;
    }
  });
})();
