// The Access column: a chosen level is staged on the server, which answers the bar with what it costs. Nothing is saved
// before `Save changes`. Without this script the list's form leads to the page that shows the same.
import { announce } from "./live.js";
import { agree, lowersOwn } from "./own.js";

const levels = () => document.querySelector("[data-levels]"); // looked for anew: a search exchanges the list
const slot = document.querySelector("[data-savebar]");
let waiting = Promise.resolve();

async function stage(fields) {
  const form = levels();
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const [name, value] of fields) body.append(name, value);
  const headers = { "X-Requested-With": "fetch" };
  const response = await fetch(form.action, { method: "POST", body, headers });
  if (response.redirected || (!response.ok && response.status !== 400)) return location.reload();
  slot.innerHTML = await response.text();
  prepare();
  if (response.ok) showMarks();
  announce(slot.textContent.replace(/\s+/g, " ").trim());
  document.dispatchEvent(new Event("staged"));
}

// one after the other, so that the last answer is the one that is shown
function enqueue(fields) {
  slot.setAttribute("aria-busy", "true");
  waiting = waiting
    .then(() => stage(fields))
    .catch(fail)
    .finally(() => slot.removeAttribute("aria-busy"));
  return waiting;
}

function fail() {
  const note = document.createElement("p");
  note.className = "note note--bad";
  note.textContent = slot.dataset.failed;
  slot.querySelector(".note--bad")?.remove();
  slot.prepend(note);
  announce(slot.dataset.failed);
}

function mark(select) {
  select.closest(".level").classList.toggle("level--staged", select.value !== select.dataset.level);
}

// where the bar's forms and its way to the payment details lead back to
function prepare() {
  const here = location.pathname + location.search;
  for (const field of slot.querySelectorAll("input[name=next]")) field.value = here;
  const payer = slot.querySelector("[data-payer-first]");
  if (payer) payer.search = new URLSearchParams({ next: here });
}

// what each staged team and department does, beside its selector
function showMarks() {
  for (const old of document.querySelectorAll(".level__seats")) old.remove();
  for (const seats of [...(slot.querySelector("[data-marks]")?.content.children ?? [])]) {
    document.querySelector(`[data-level][name^="${seats.dataset.of}:"]`)?.closest(".level").after(seats);
  }
}

function setLevel(select, level) {
  select.value = level;
  mark(select);
}

async function choose(select) {
  if (lowersOwn(select, select.value) && !(await agree(select.closest("td"), select))) {
    return setLevel(select, select.dataset.level);
  }
  mark(select);
  return enqueue([[select.name, select.value]]);
}

async function stageMany(button) {
  const pick = button.form;
  const own = pick.querySelector("[data-own] [data-level]");
  const isMeant = own && (pick.elements.all.checked || own.closest("tr").querySelector("[data-pick-one]").checked);
  if (isMeant && lowersOwn(own, button.value) && !(await agree(button.closest(".bulk"), button))) return;
  const fields = [...new FormData(pick)].filter(([, value]) => typeof value === "string");
  const everybody = fields.some(([name]) => name === "all");
  for (const select of pick.querySelectorAll("[data-level]")) {
    const box = select.closest("tr").querySelector("[data-pick-one]");
    if (everybody || box?.checked) setLevel(select, button.value);
  }
  pick.querySelector("[data-pick-clear]")?.click();
  return enqueue([...fields, ["level", button.value]]);
}

// the corner's button: for whoever does not use the seat, on this page or not
function stageIdle(corner) {
  for (const select of document.querySelectorAll("[data-idle] [data-level]")) {
    setLevel(select, corner.elements.level.value);
  }
  return enqueue([...new FormData(corner)]);
}

if (slot) {
  document.addEventListener("change", (event) => {
    const select = event.target.closest("[data-level]");
    if (select && levels()) choose(select);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-stage]");
    if (!button || !levels()) return;
    event.preventDefault();
    stageMany(button);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-stage-idle]") || !levels()) return;
    event.preventDefault();
    stageIdle(event.target);
  });
  document.addEventListener("htmx:afterSettle", prepare);
  prepare();
}

document.addEventListener("keydown", (event) => {
  const save = slot?.querySelector("[data-save]");
  if (!save || event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  waiting.then(() => slot.querySelector("[data-save]")?.requestSubmit());
});
