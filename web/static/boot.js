// What a page does before and without its WebAssembly: day and night, the split, a phone's panels,
// the keyboard. Then it loads the program that makes the rest live.
(() => {
  "use strict";
  const root = document.documentElement;
  const kept = {
    get(key) { try { return localStorage.getItem("wslab." + key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem("wslab." + key, value); } catch { /* not kept, then */ } },
  };
  const byId = (id) => document.getElementById(id);

  // Before the first paint, so that nothing flashes or jumps.
  root.classList.add("js");
  root.dataset.panel = "read";
  if (kept.get("theme")) root.dataset.theme = kept.get("theme");
  if (kept.get("split")) root.style.setProperty("--split", kept.get("split"));

  document.addEventListener("DOMContentLoaded", () => {
    theme();
    copying();
    if (document.body.dataset.page === "lesson") {
      split(byId("split"), byId("bench"));
      panels();
      keyboard(byId("keys"));
      sticky(document.querySelector(".controls"));
    }
    if (byId("program")) start(byId("program"));
  });

  function theme() {
    byId("theme").addEventListener("click", () => {
      const night = matchMedia("(prefers-color-scheme: dark)").matches;
      const now = root.dataset.theme || (night ? "dark" : "light");
      root.dataset.theme = now === "dark" ? "light" : "dark";
      kept.set("theme", root.dataset.theme);
    });
  }

  // What is scrolled to must not end up below the head that stays, which grows with what it has to say.
  function sticky(head) {
    new ResizeObserver(() => root.style.setProperty("--controls", head.offsetHeight + 8 + "px")).observe(head);
  }

  function copying() {
    for (const button of document.querySelectorAll("[data-copy]")) {
      button.hidden = !navigator.clipboard; // a page of another machine without TLS has none
      const label = button.textContent;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = button.dataset.copied;
        setTimeout(() => { button.textContent = label; }, 1500);
      });
    }
  }

  function split(handle, bench) {
    const least = Number(handle.getAttribute("aria-valuemin"));
    const most = Number(handle.getAttribute("aria-valuemax"));
    const set = (percent) => {
      const value = Math.min(most, Math.max(least, Math.round(percent)));
      root.style.setProperty("--split", value + "%");
      handle.setAttribute("aria-valuenow", value);
      kept.set("split", value + "%");
    };
    const now = () => Number(handle.getAttribute("aria-valuenow"));
    if (kept.get("split")) set(parseFloat(kept.get("split")));

    handle.addEventListener("pointerdown", (e) => handle.setPointerCapture(e.pointerId));
    handle.addEventListener("pointermove", (e) => {
      if (!handle.hasPointerCapture(e.pointerId)) return;
      const box = bench.getBoundingClientRect();
      set(((e.clientX - box.left) / box.width) * 100);
    });
    handle.addEventListener("dblclick", () => set(40));
    handle.addEventListener("keydown", (e) => {
      const to = { ArrowLeft: now() - 2, ArrowRight: now() + 2, Home: least, End: most, Enter: 40 }[e.key];
      if (to === undefined) return;
      e.preventDefault();
      set(to);
    });
  }

  // show brings a panel to the front on a phone; elsewhere all are there already.
  function show(panel) {
    root.dataset.panel = panel;
    for (const tab of document.querySelectorAll("[data-tab]")) {
      if (tab.dataset.tab === panel) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
  }

  function panels() {
    for (const tab of document.querySelectorAll("[data-tab]")) {
      tab.addEventListener("click", (e) => {
        e.preventDefault();
        show(tab.dataset.tab);
        scrollTo(0, 0);
      });
    }
    document.querySelector('.skip[href="#clients"]').addEventListener("click", () => show("clients"));
  }

  function keyboard(dialog) {
    const on = byId("keys-on");
    on.checked = kept.get("keys") !== "off";
    on.addEventListener("change", () => kept.set("keys", on.checked ? "on" : "off"));
    byId("keys-open").addEventListener("click", () => dialog.showModal());

    const places = { l: "read", a: "ana", b: "bob", w: "wire", c: "console", t: "tests" };
    const presses = { r: "again", h: "hint", s: "show" };
    const go = (id) => {
      show({ ana: "clients", bob: "clients", answer: "tests" }[id] ?? id);
      byId(id).focus();
      byId(id).scrollIntoView({ block: "nearest" });
    };
    // press presses the button that can be seen, else one that cannot: what it does is wanted anyway.
    const press = (what) => {
      const all = [...document.querySelectorAll(`[data-do="${what}"]`)];
      if (what === "show") go("answer");
      (all.findLast((button) => button.checkVisibility()) ?? all[0])?.click(); // a hint: beside the test, then in the text
    };
    document.addEventListener("keydown", (e) => {
      const typing = e.target.closest("input:not([type=radio]), textarea, select, dialog");
      if (e.key === "Escape") e.target.closest("[data-client], #wire")?.focus(); // out of a field, back to the keys
      if (typing || e.ctrlKey || e.metaKey || e.altKey || !on.checked) return;
      if (e.key === "?") dialog.showModal();
      else if (e.key === "y") document.querySelector("[name=source]:not(:checked)").click();
      else if (places[e.key]) go(places[e.key]);
      else if (presses[e.key]) press(presses[e.key]);
      else if (e.key === "n" && byId("onward")?.checkVisibility()) byId("onward").click();
      else return;
      e.preventDefault();
    });
  }

  // start loads the page's program. The server may still be compiling it: then it says when to ask again.
  async function start(status) {
    try {
      if (!globalThis.WebAssembly) throw new Error("WebAssembly");
      const program = await built("/static/app.wasm", status);
      await script("/static/wasm_exec.js");
      const go = new Go();
      const { instance } = await WebAssembly.instantiateStreaming(program, go.importObject);
      status.textContent = "";
      await go.run(instance);
      throw new Error("exit");
    } catch (error) {
      status.textContent = status.dataset.failed.replace("{error}", error.message);
      status.dataset.state = "failed";
    }
  }

  async function built(address, status) {
    for (;;) {
      const answer = await fetch(address);
      if (answer.ok) return answer;
      if (answer.status !== 503) throw new Error(address + " " + answer.status);
      status.textContent = status.dataset.building;
      const seconds = Number(answer.headers.get("Retry-After")) || 1;
      await new Promise((again) => setTimeout(again, seconds * 1000));
    }
  }

  function script(address) {
    return new Promise((loaded, failed) => {
      const element = document.createElement("script");
      element.src = address;
      element.onload = loaded;
      element.onerror = () => failed(new Error(address));
      document.head.append(element);
    });
  }
})();
