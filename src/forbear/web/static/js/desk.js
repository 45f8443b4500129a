// The keyboard of the desk: rows by J and K, verbs by one letter, everything by Ctrl+K, the list by ?.
"use strict";

const lettersOn = () => document.body.dataset.keys === "on";
const typing = (element) => element.closest("input, select, textarea, [contenteditable]") !== null;

function open(name) {
  for (const other of document.querySelectorAll("dialog[open]")) other.close();
  const dialog = document.getElementById(name);
  dialog.showModal();
  if (name === "palette") {
    const input = document.getElementById("palette-input");
    input.value = "";
    document.getElementById("palette-found").replaceChildren();
    sift("");
    input.focus();
  }
}

function rows() {
  return [...document.querySelectorAll("tr[data-row]")];
}

function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const here = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = here === -1 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
  all.forEach((row, at) => row.setAttribute("aria-selected", String(at === next)));
  const link = all[next].querySelector("a.row-link");
  link.focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

function press(letter) {
  const target = document.querySelector(`[data-key="${letter}"]`);
  if (target === null || target.getAttribute("aria-disabled") === "true") return false;
  target.click();
  return true;
}

// The palette -------------------------------------------------------------------------------------

function options() {
  return [...document.querySelectorAll("#palette-list :is(a, button)[role=option]")].filter((option) => !option.hidden);
}

function sift(text) {
  const wanted = text.trim().toLowerCase();
  for (const option of document.querySelectorAll("#palette-list > [data-words]")) {
    option.hidden = !option.textContent.toLowerCase().includes(wanted) && !option.dataset.words.includes(wanted);
  }
  choose(0);
}

function choose(index) {
  const shown = options();
  const input = document.getElementById("palette-input");
  shown.forEach((option, at) => {
    option.id = `option-${at}`;
    option.setAttribute("aria-selected", String(at === index));
  });
  if (shown[index]) {
    input.setAttribute("aria-activedescendant", shown[index].id);
    shown[index].scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function palette(event) {
  const shown = options();
  const here = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") choose(Math.min(here + 1, shown.length - 1));
  else if (event.key === "ArrowUp") choose(Math.max(here - 1, 0));
  else if (event.key === "Enter") shown[here]?.click();
  else return;
  event.preventDefault();
}

document.addEventListener("DOMContentLoaded", () => {
  const input = document.getElementById("palette-input");
  input?.addEventListener("keydown", palette);
  input?.addEventListener("input", () => sift(input.value));
  document.getElementById("palette-found")?.addEventListener("htmx:afterSwap", () => choose(0));
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener !== null) open(opener.dataset.open);
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open("palette");
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const form = event.target.closest("form");
    const next = form?.querySelector("[data-and-next]");
    if (next) {
      event.preventDefault();
      form.requestSubmit(next);
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !lettersOn()) return;
  if (typing(event.target) || document.querySelector("dialog[open]") !== null) return;
  const letter = event.key.toLowerCase();
  if (letter === "j") move(1);
  else if (letter === "k") move(-1);
  else if (event.key === "?") open("keys");
  else if (!press(letter)) return;
  event.preventDefault();
});

// Without a connection the page says so, and says nothing once there is one again.

function connected(yes) {
  document.getElementById("offline").hidden = yes;
}

addEventListener("offline", () => connected(false));
addEventListener("online", () => connected(true));
document.addEventListener("htmx:sendError", () => connected(false));
document.addEventListener("htmx:afterOnLoad", () => connected(true));
