// Keys and ranges in the list of campaigns. The page works without this file: boxes, buttons and links do everything.
"use strict";

(() => {
  const table = document.getElementById("list");
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const boxOf = (row) => row.querySelector("input[name=campaigns]");
  const boxes = rows.map(boxOf).filter(Boolean);
  const bar = document.getElementById("bulk-bar");
  const count = bar?.querySelector(".bulk-count");
  const all = document.getElementById("all");
  const help = document.getElementById("keys");
  let last = null; // The box that a range begins at.

  const told = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    if (count) count.textContent = chosen === 0 ? "None ticked" : chosen === 1 ? "1 campaign ticked:" : `${chosen} campaigns ticked:`;
    bar?.classList.toggle("idle", chosen === 0);
    if (all) { all.checked = chosen > 0 && chosen === boxes.length; all.indeterminate = chosen > 0 && chosen < boxes.length; }
  };

  const choose = (box, checked, range) => {
    const [from, to] = range && last ? [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b) : [-1, -1];
    if (from >= 0) for (const each of boxes.slice(from, to + 1)) each.checked = checked;
    box.checked = checked;
    last = box;
    told();
  };

  table.addEventListener("click", (event) => {
    if (event.target.matches("input[name=campaigns]")) choose(event.target, event.target.checked, event.shiftKey);
  });
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; told(); });
  }

  // One row is reachable by Tab, the others by keys.
  const here = () => rows.indexOf(document.activeElement?.closest?.("tr"));
  const go = (to) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    for (const each of rows) each.tabIndex = each === row ? 0 : -1;
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  };
  rows.forEach((row, at) => { row.tabIndex = at === 0 ? 0 : -1; });

  const typing = (target) => target.closest("input:not([type=checkbox]), select, textarea, dialog, summary");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const row = rows[here()];
    const box = row && boxOf(row);
    switch (event.key) {
      case "j": case "ArrowDown": if (event.key === "j" || row) go(here() + 1); else return; break;
      case "k": case "ArrowUp": if (event.key === "k" || row) go(Math.max(0, here() - 1)); else return; break;
      case "x": case "X": if (!box) return; choose(box, !box.checked, event.shiftKey); break;
      case "Enter": if (event.target !== row) return; row.querySelector("th a").click(); break;
      case "/": document.getElementById("list-text")?.focus(); break;
      case "Escape": for (const each of boxes) each.checked = false; told(); break;
      case "?": help.showModal(); break;
      default: return;
    }
    event.preventDefault();
  });

  const opener = document.querySelector(".keys-open");
  if (opener && help) {
    opener.hidden = false;
    opener.addEventListener("click", () => help.showModal());
  }
  // A page that the browser kept may come back with boxes ticked.
  addEventListener("pageshow", told);
  told();
})();
