// Tandem's small comforts. Every page works without this file.
//
//   <section id=x data-live="URL" data-every="4000">   is replaced by the element with the same id in what URL answers, while
//                                                      the page is seen and nobody types inside; 204 or [data-live-done] ends it.
//   <form data-live-preview="URL" data-target="#x">    is posted (without files) as the person types; the answer becomes #x, and
//                                                      its [data-problems] items with data-field go to the touched fields,
//                                                      its [data-notes] items to the fields' notes.
//   <input type=file data-upload="URL" data-into="x">  is sent as soon as a file is chosen; the answer's [data-uploaded] id goes
//                                                      into the field named x. Without this file it goes with the form.
//   <form data-auto-submit>                            is sent when a select, date or box changes.
//   <input data-find="ACTION" data-into="ID">           asks its form's data-find-url as the person types; the answer becomes #ID.
//   <a href="URL" data-dialog>                         opens URL's <main> as a dialog; without this file it is a plain link.
//   <svg class=chart> with <g class=day><title>         shows the title's lines beside the pointer, and by arrow keys.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("js");

  const fetchDocument = async (url, options = {}) => {
    const answer = await fetch(url, { credentials: "same-origin", ...options });
    if (answer.status === 204) return { done: true };
    // A session that ended answers with the sign-in page: go there instead of pasting it in.
    if (answer.redirected && new URL(answer.url).pathname === "/sign-in") { location.reload(); return { done: true }; }
    const text = await answer.text();
    return { ok: answer.ok, text, page: new DOMParser().parseFromString(text, "text/html") };
  };

  // ---- Live sections ----

  const busy = (section) => section.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");

  const live = (section) => {
    const every = Math.max(1000, Number(section.dataset.every) || 5000);
    let last = section.innerHTML;
    let wait = every;
    const tick = async () => {
      if (!section.isConnected) return;
      if (document.visibilityState === "visible" && !busy(section) && !document.querySelector("dialog[open]")) {
        try {
          const { done, ok, page } = await fetchDocument(section.dataset.live, { headers: { "X-Live": section.id } });
          if (done) return;
          const fresh = ok && page.getElementById(section.id);
          if (fresh) {
            wait = every;
            if (fresh.innerHTML !== last && !busy(section)) {
              last = fresh.innerHTML;
              const open = new Set([...section.querySelectorAll("details[open]")].map((d) => d.id).filter(Boolean));
              const focused = section.contains(document.activeElement) ? document.activeElement.id : "";
              section.replaceChildren(...fresh.childNodes);
              for (const id of open) document.getElementById(id)?.setAttribute("open", "");
              if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
              prepare(section);
            }
            if (fresh.hasAttribute("data-live-done") || section.querySelector("[data-live-done]")) return;
          }
        } catch {
          wait = Math.min(wait * 2, 60000); // The server is away: ask less often, keep what is shown.
        }
      }
      setTimeout(tick, wait);
    };
    setTimeout(tick, every);
  };

  // ---- Forms that show what they make ----

  // `page` is the dictionary's page about it; it opens beside the form, so that nothing typed is lost.
  const showProblem = (form, field, message, page) => {
    const at = form.querySelector(`[id="error-${CSS.escape(field)}"]`);
    if (!at) return;
    if (at.dataset.says !== message) {
      at.dataset.says = message;
      at.textContent = message;
      if (message && page) {
        const link = Object.assign(document.createElement("a"), { className: "what", href: page, target: "_blank", rel: "noopener", textContent: "What to do" });
        at.append(" ", link);
      }
    }
    for (const input of form.querySelectorAll(`[name="${CSS.escape(field)}"]`)) {
      if (message) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  };

  const preview = (form) => {
    const target = document.querySelector(form.dataset.target);
    const touched = new Set();
    let timer = 0;
    let asked = 0;
    const ask = async () => {
      const mine = ++asked;
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      try {
        const { ok, page } = await fetchDocument(form.dataset.livePreview, { method: "POST", body, headers: { "X-Live": "preview" } });
        if (mine !== asked || !page) return; // A newer answer is on its way.
        const found = new Map();
        for (const item of page.querySelectorAll("[data-problems] [data-field]")) {
          if (!found.has(item.dataset.field)) found.set(item.dataset.field, item);
        }
        for (const at of form.querySelectorAll('[id^="error-"]')) {
          const field = at.id.slice("error-".length);
          const item = found.get(field);
          if (touched.has(field) || at.textContent) showProblem(form, field, item?.textContent.trim() ?? "", item?.dataset.page);
        }
        const notes = new Map();
        for (const item of page.querySelectorAll("[data-notes] [data-field]")) {
          if (!notes.has(item.dataset.field)) notes.set(item.dataset.field, item.textContent.trim());
        }
        for (const at of form.querySelectorAll('[id^="note-"]')) {
          const words = notes.get(at.id.slice("note-".length)) ?? "";
          if (at.textContent !== words) at.textContent = words;
        }
        if (ok && target) {
          const fresh = page.querySelector(form.dataset.target) ?? page.body;
          target.replaceChildren(...fresh.childNodes);
          prepare(target);
        }
      } catch { /* What is shown stays; the next key asks again. */ }
    };
    const soon = (event) => {
      if (event.target.name) touched.add(event.target.name);
      clearTimeout(timer);
      timer = setTimeout(ask, event.type === "change" ? 60 : 350);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
  };

  // ---- Pictures that are kept as soon as they are chosen ----

  const upload = async (input) => {
    const file = input.files[0];
    const form = input.form;
    const kept = form.elements.namedItem(input.dataset.into);
    if (!file || !kept) return;
    const body = new FormData();
    body.append("csrf", form.elements.namedItem("csrf").value);
    body.append("ads.0.file", file);
    try {
      const { page } = await fetchDocument(input.dataset.upload, { method: "POST", body, headers: { "X-Live": "upload" } });
      const answer = page?.querySelector("[data-uploaded]");
      if (!answer) return; // It goes with the form instead.
      showProblem(form, kept.name, answer.dataset.problem ?? "");
      if (!answer.dataset.uploaded) return;
      kept.value = answer.dataset.uploaded;
      input.value = "";
      const words = form.querySelector(`[id="${CSS.escape(kept.name)}"]`);
      if (words) words.textContent = `${file.name} is kept; choose another to replace it:`;
      kept.dispatchEvent(new Event("change", { bubbles: true }));
    } catch { /* It goes with the form instead. */ }
  };

  // ---- Searches that answer as the person types ----

  const searches = (form) => {
    let timer = 0;
    let asked = 0;
    const ask = async (input) => {
      const mine = ++asked;
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      body.set("action", input.dataset.find);
      try {
        const { ok, page } = await fetchDocument(form.dataset.findUrl, { method: "POST", body, headers: { "X-Live": "find" } });
        const fresh = ok && page?.getElementById(input.dataset.into);
        if (mine === asked && fresh) document.getElementById(input.dataset.into)?.replaceChildren(...fresh.childNodes);
      } catch { /* The button beside it still finds. */ }
    };
    form.addEventListener("input", (event) => {
      if (!event.target.matches("[data-find]")) return;
      clearTimeout(timer);
      timer = setTimeout(ask, 300, event.target);
    });
    // The return key in a search searches; it neither saves nor leaves.
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("[data-find]")) return;
      event.preventDefault();
      clearTimeout(timer);
      ask(event.target);
    });
  };

  // ---- Dialogs that are pages of their own without this file ----

  const openDialog = async (link) => {
    let dialog;
    try {
      const { ok, page } = await fetchDocument(link.href, { headers: { "X-Live": "dialog" } });
      const main = ok && page.querySelector("main");
      if (!main) { location.assign(link.href); return; }
      dialog = document.createElement("dialog");
      const heading = main.querySelector("h1");
      if (heading) { heading.id = "dialog-title"; dialog.setAttribute("aria-labelledby", heading.id); }
      dialog.append(...main.childNodes);
    } catch { location.assign(link.href); return; }
    for (const cancel of dialog.querySelectorAll("[data-cancel]")) {
      cancel.addEventListener("click", (event) => { event.preventDefault(); dialog.close(); });
    }
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    document.body.append(dialog);
    dialog.showModal();
  };

  // ---- Chart details ----

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;

  const showTip = (mark, x, y) => {
    tip.textContent = mark.dataset.tip;
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - width - 8))}px`;
    tip.style.top = `${Math.max(8, y - height - 12)}px`;
  };

  const chart = (svg) => {
    const marks = [...svg.querySelectorAll(".day")];
    for (const mark of marks) {
      const title = mark.querySelector("title");
      mark.dataset.tip ??= title?.textContent ?? "";
      title?.remove(); // Our own box shows the same words: the browser's would cover it.
    }
    let at = -1;
    const leave = () => { tip.hidden = true; for (const m of marks) m.classList.remove("on"); };
    svg.addEventListener("pointermove", (event) => {
      const mark = event.target.closest(".day");
      leave();
      if (mark) { mark.classList.add("on"); showTip(mark, event.clientX, event.clientY); }
    });
    svg.addEventListener("pointerleave", leave);
    svg.setAttribute("tabindex", "0");
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Escape") { leave(); return; }
      if (!step || marks.length === 0) return;
      event.preventDefault();
      at = Math.max(0, Math.min(marks.length - 1, at < 0 ? (step > 0 ? 0 : marks.length - 1) : at + step));
      leave();
      marks[at].classList.add("on");
      const box = marks[at].getBoundingClientRect();
      showTip(marks[at], box.x + box.width / 2, box.y);
      said.textContent = tip.textContent;
    });
    svg.addEventListener("blur", leave);
  };

  const said = document.createElement("div");
  said.className = "visually-hidden";
  said.setAttribute("aria-live", "polite");

  // ---- Tables wider than the screen say so ----

  const measure = () => {
    for (const box of document.querySelectorAll(".scroll")) {
      box.classList.toggle("scrolls", box.scrollWidth > box.clientWidth + 2);
    }
  };

  // ---- Wiring ----

  function prepare(scope) {
    for (const svg of scope.querySelectorAll("svg.chart")) chart(svg);
    measure();
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-upload]")) { upload(event.target); return; }
    const form = event.target.form;
    if (form?.matches("[data-auto-submit]") && event.target.matches("select, input[type=date], input[type=checkbox], input[type=radio]")) {
      form.requestSubmit();
    }
  });

  // Empty filters would only make links longer.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "get") return;
    for (const input of form.elements) if (input.name && input.value === "") input.disabled = true;
    setTimeout(() => { for (const input of form.elements) input.disabled = false; });
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      openDialog(link);
      return;
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
  });

  addEventListener("resize", measure);
  document.body.append(tip, said);
  prepare(document);
  for (const section of document.querySelectorAll("[data-live]")) live(section);
  for (const form of document.querySelectorAll("form[data-live-preview]")) preview(form);
  for (const form of document.querySelectorAll("form[data-find-url]")) searches(form);
  document.querySelector("[aria-invalid=true], [data-focus]")?.focus();
})();
