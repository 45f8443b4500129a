// Small manners of every page: error summaries take the focus, a moment that passes is said, menus close,
// what a link leads to is unfolded, a form is sent once.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-focus]")?.focus();
  for (const notice of document.querySelectorAll("[data-after]")) {
    const seconds = Number(notice.dataset.after);
    if (seconds < 86400) setTimeout(() => { notice.hidden = false; }, seconds * 1000);
  }
});

function unfold() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView();
}
window.addEventListener("hashchange", unfold);
window.addEventListener("DOMContentLoaded", unfold);

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.sent === undefined) {
    form.dataset.sent = "";
    return;
  }
  event.preventDefault();
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
