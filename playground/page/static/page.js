"use strict";
/* The page shows what the server renders. This file carries people's deeds to it, exchanges the parts that changed,
   and adds what HTML lacks: a searched select and the composer's hints. */

const { person, place } = document.body.dataset;
const byId = (id) => document.getElementById(id);

/* Deeds: one after the other, so that a submission never overtakes the field filled in before it. */

let deeds = Promise.resolve();

async function post(deed, body = {}) {
  const response = await fetch(`/do/${deed}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ person, place, ...body }),
  });
  const answer = await response.json();
  if (answer.confirm && (await confirmed(answer.confirm))) return post(deed, { ...body, confirmed: true });
  if (answer.refused) notice(answer.refused);
  return answer;
}

function act(deed, body) {
  return (deeds = deeds.then(() => post(deed, body)).catch((error) => notice(String(error))));
}

function notice(text) {
  const box = byId("notice");
  box.textContent = text;
  box.showPopover();
  clearTimeout(box.timer);
  box.timer = setTimeout(() => box.hidePopover(), 5000);
}

function confirmed({ title, text, confirm, deny, style }) {
  const dialog = byId("confirm");
  byId("confirm-title").textContent = title.text;
  byId("confirm-text").innerHTML = text;
  byId("confirm-yes").textContent = confirm.text;
  byId("confirm-yes").className = style || "primary";
  byId("confirm-no").textContent = deny.text;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
  });
}

/* News: the server sends, for each region that changed, the ids of its parts and the HTML of those that are new. */

const OURS = new Set(["open", "style", "aria-expanded", "aria-activedescendant"]);

function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function exchange(region, parts) {
  const box = byId(region);
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const wanted = new Set(parts.map(([id]) => id));
  for (const child of [...box.children]) if (!wanted.has(child.id)) child.remove();
  let last = null;
  for (const [id, html] of parts) {
    let child = byId(id);
    const isNew = !child;
    if (isNew) child = element(html);
    else if (html !== null) morph(child, element(html));
    const after = last ? last.nextElementSibling : box.firstElementChild;
    const wasOpen = child.open;
    if (child !== after) box.insertBefore(child, after);
    if (isNew && wasOpen) child.open = true; // of several with one name the browser lets the older one stay open
    last = child;
  }
  if (region === "messages" && atEnd && byId("composer")) box.scrollTop = box.scrollHeight;
  if (region === "modals") openModal();
  if (region === "documents" && !byId("documents-none")) byId("keys").open = false; // the draft needs the room
  for (const field of box.querySelectorAll("[aria-invalid]:not([data-blamed])")) {
    if (!box.querySelector("[data-blamed]")) field.focus();
    field.dataset.blamed = "";
  }
}

/* Make `old` like `fresh` without touching what stays: focus, typed text, scroll and open menus survive. */
function morph(old, fresh) {
  if ("local" in old.dataset) return;
  const before = { value: old.getAttribute("value"), checked: old.hasAttribute("checked"), text: old.defaultValue };
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !OURS.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !OURS.has(name)) old.setAttribute(name, value);
  }
  const typing = old === document.activeElement && "dirty" in old.dataset;
  if (old.localName === "input" && /checkbox|radio/.test(old.type)) {
    if (before.checked !== fresh.hasAttribute("checked")) old.checked = fresh.hasAttribute("checked");
  } else if (old.localName === "input") {
    if (before.value !== fresh.getAttribute("value") && !typing) old.value = fresh.value;
  } else if (old.localName === "textarea") {
    old.defaultValue = fresh.defaultValue;
    if (before.text !== fresh.defaultValue && !typing) old.value = fresh.value;
    return;
  }
  const chosen = old.localName === "select" && [...old.options].find((option) => option.defaultSelected)?.value;
  morphChildren(old, fresh);
  if (old.localName === "select" && chosen !== [...old.options].find((option) => option.defaultSelected)?.value) {
    old.value = fresh.value;
  }
}

function morphChildren(old, fresh) {
  const kept = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  let at = old.firstChild;
  for (const node of [...fresh.childNodes]) {
    const same = node.id ? kept.get(node.id) : alike(at, node) ? at : null;
    if (same) {
      if (same !== at) old.insertBefore(same, at);
      else at = at.nextSibling;
      if (same.nodeType === Node.ELEMENT_NODE) morph(same, node);
      else if (same.data !== node.data) same.data = node.data;
    } else {
      old.insertBefore(node, at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

const alike = (old, fresh) => old && !old.id && old.nodeName === fresh.nodeName;

/* While a modal is open, the rest of Slack is out of reach; Billomat beside it is not. */
function openModal() {
  const dialog = document.querySelector("#modals > dialog");
  const rest = document.querySelectorAll("#places, main");
  if (!dialog && rest[0].inert) {
    for (const part of rest) part.inert = false;
    text?.focus();
  } else if (dialog && !dialog.open) {
    dialog.show();
    for (const part of rest) part.inert = true;
    const first = "[autofocus], .body :is(input, textarea, select), footer .primary";
    dialog.querySelector(first)?.focus();
  }
}

function listen() {
  const stopped = byId("stopped");
  const socket = new WebSocket(`ws://${location.host}/live?person=${person}&place=${place}`);
  socket.onmessage = (event) => {
    stopped.hidePopover();
    for (const [region, parts] of Object.entries(JSON.parse(event.data))) exchange(region, parts);
    document.body.dataset.live = "";
  };
  socket.onclose = () => {
    stopped.textContent = stopped.dataset.text;
    stopped.showPopover();
    setTimeout(listen, 1000);
  };
}

/* Elements: which surface, block and action a control belongs to is written beside it. */

function address(control) {
  return {
    surface: control.closest("[data-surface]").dataset.surface,
    block: control.closest("[data-block]").dataset.block,
    action: control.closest("[data-action]").dataset.action,
  };
}

function rawValue(control) {
  if (control.type === "checkbox") {
    return [...control.closest(".boxes").querySelectorAll(":checked")].map((box) => box.value);
  }
  return control.value || null;
}

async function fill(control, raw = rawValue(control), how = {}) {
  delete control.dataset.dirty;
  const answer = await act("fill", { ...address(control), raw, ...how });
  if (answer?.confirm || answer?.refused) restore(control);
}

/* Back to what the server showed last: the person said no, or may not choose that. */
function restore(control) {
  if (control.localName === "select") for (const option of control.options) option.selected = option.defaultSelected;
  else if (/checkbox|radio/.test(control.type)) control.checked = control.defaultChecked;
  else control.value = control.defaultValue;
}

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  const button = on("[data-click]");
  if (button) {
    button.closest("[popover]")?.hidePopover();
    act("click", { ...address(button), option: button.dataset.option });
  } else if (on("[data-shortcut]")) {
    const shortcut = on("[data-shortcut]");
    shortcut.closest("[popover]").hidePopover();
    act("shortcut", { callback: shortcut.dataset.shortcut, surface: shortcut.closest("[data-surface]")?.dataset.surface });
  } else if (on("[data-reply]")) {
    on("[popover]")?.hidePopover();
    reply(on("[data-reply]").dataset.reply);
  } else if (on("[data-delete]")) {
    on("[popover]").hidePopover();
    act("delete", { surface: on("[data-surface]").dataset.surface });
  } else if (on("[data-close]")) {
    act("close");
  } else if (on("[data-copy]")) {
    const copied = on("[data-copied]").dataset.copied;
    navigator.clipboard.writeText(on("[data-copy]").dataset.copy).then(() => notice(copied), notice);
  } else if (on("button[data-post]")) {
    const { post: deed, ...body } = on("[data-post]").dataset;
    act(deed, body);
  }
});

document.addEventListener("change", (event) => {
  const control = event.target;
  if ("fill" in control.dataset) fill(control);
  if (control.dataset.post) act(control.dataset.post, { [control.dataset.name]: control.value });
});

document.addEventListener("input", (event) => {
  const control = event.target;
  if (!("fill" in control.dataset)) return;
  control.dataset.dirty = "";
  if (control.dataset.dispatch?.includes("on_character_entered")) {
    clearTimeout(control.timer);
    control.timer = setTimeout(() => fill(control), 300);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  event.preventDefault();
  if ("submit" in form.dataset) {
    for (const control of form.querySelectorAll("[data-dirty]")) fill(control);
    act("submit");
  } else if (form.dataset.post) {
    act(form.dataset.post, { by: form.dataset.by, ...Object.fromEntries(new FormData(form)) });
    form.hidePopover();
  } else {
    say();
  }
});

document.addEventListener("keydown", (event) => {
  const inFront = document.querySelector(":popover-open:not(.notice), #confirm[open]");
  if (event.key === "Escape" && !event.defaultPrevented && !inFront && document.querySelector("#modals > dialog")) {
    act("close");
  }
});

/* Popovers lie in the top layer, where nothing clips them; so they are placed by hand, upwards if there is no room. */

function beside(box, anchor) {
  const { left, right, top, bottom, width } = anchor.getBoundingClientRect();
  if (box.classList.contains("list") && !box.classList.contains("menu")) box.style.width = `${width}px`;
  const below = bottom + box.offsetHeight + 8 < innerHeight;
  box.style.top = `${below ? bottom + 4 : top - box.offsetHeight - 4}px`;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - box.offsetWidth - 8, Math.max(left, right - box.offsetWidth)))}px`;
}

document.addEventListener(
  "toggle",
  (event) => {
    const anchor = document.querySelector(`[popovertarget="${CSS.escape(event.target.id)}"]`);
    if (anchor && event.newState === "open") beside(event.target, anchor);
  },
  true,
);

/* A text field with a list of options below it. `find` answers a query with options, `pick` gets the chosen one. */

const OPTION = "[role=option]:not([aria-disabled])";

function combobox(input, list, { find, pick, eager }) {
  let active = -1;
  let latest = 0;

  const isOpen = () => list.matches(":popover-open");
  const close = () => {
    latest++; // an answer that is still under way must not open it again
    if (isOpen()) list.hidePopover();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  };
  const mark = (index) => {
    active = index;
    const items = [...list.querySelectorAll(OPTION)];
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
    if (!items[active]) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", items[active].id);
    items[active].scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const count = list.querySelectorAll(OPTION).length;
    if (count) mark(active < 0 && by < 0 ? count - 1 : (active + by + count) % count);
  };
  const show = (options) => {
    list.replaceChildren(
      ...options.flatMap((option, at) => {
        const item = document.createElement("li");
        Object.assign(item, { id: `${list.id}-${at}`, role: "option", option });
        item.append(option.text);
        if (option.note) item.append(Object.assign(document.createElement("small"), { textContent: option.note }));
        if (!option.group || option.group === options[at - 1]?.group) return [item];
        const head = { className: "group", role: "presentation", textContent: option.group };
        return [Object.assign(document.createElement("li"), head), item];
      }),
    );
    if (!options.length && list.dataset.none) {
      const none = { className: "quiet", role: "option", ariaDisabled: "true", textContent: list.dataset.none };
      list.append(Object.assign(document.createElement("li"), none));
    }
    if (!list.children.length) return close();
    if (!isOpen()) list.showPopover();
    input.setAttribute("aria-expanded", "true");
    beside(list, input);
    mark(eager ? 0 : -1);
  };
  const search = async () => {
    const mine = ++latest;
    const options = await find(input.value);
    if (mine !== latest || document.activeElement !== input) return;
    if (options) show(options);
    else close();
  };
  const choose = (option) => {
    close();
    pick(option);
  };

  input.addEventListener("input", search);
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const item = event.target.closest(OPTION);
    if (item) choose(item.option);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (isOpen()) step(event.key === "ArrowDown" ? 1 : -1);
      else if (eager) search();
      else return;
      event.preventDefault();
    } else if (isOpen() && active >= 0 && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      event.stopPropagation();
      choose(list.querySelectorAll(OPTION)[active].option);
    } else if (isOpen() && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  return { search, close };
}

/* The searched selects of Block Kit. What is picked is the server's to remember; `data-picked` says what it knows. */

document.addEventListener("focusin", (event) => {
  const combo = event.target.closest("[data-combo]");
  if (!combo || event.target.localName !== "input") return;
  const input = event.target;
  if (!input.wired) input.wired = wire(combo, input);
  input.select();
});

document.addEventListener("click", (event) => {
  if (event.target.matches("[data-combo] input")) event.target.wired?.search();
});

function wire(combo, input) {
  const list = byId(input.getAttribute("aria-controls"));
  const picked = () => JSON.parse(combo.dataset.picked);
  const many = () => "many" in combo.dataset;
  const listed = (query) =>
    JSON.parse(combo.dataset.options).filter(({ text }) => text.toLowerCase().includes(query.toLowerCase()));
  const searched = async (query) => (await post("search", { ...address(combo), query })).options || [];
  const found = async (query) => {
    if (query.length < Number(combo.dataset.least || 0)) return null;
    const options = await (combo.dataset.options ? listed(query) : searched(query));
    const taken = many() ? picked().map((option) => option.value) : [];
    return options.filter((option) => !taken.includes(option.value));
  };
  const shown = () => (many() ? "" : picked()[0]?.text || "");

  input.addEventListener("input", () => {
    if (!many() && !input.value && picked().length) fill(input, null);
  });
  input.addEventListener("blur", () => (input.value = shown()));
  return combobox(input, list, {
    eager: true,
    find: (query) => found(query === shown() ? "" : query),
    pick: (option) => {
      input.value = many() ? "" : option.text;
      combo.dataset.picked = JSON.stringify(many() ? [...picked(), option] : [option]);
      fill(input, many() ? picked().map((each) => each.value) : option.value);
    },
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-unpick]");
  if (!button) return;
  const combo = button.closest("[data-combo]");
  const left = JSON.parse(combo.dataset.picked).filter((option) => option.value !== button.dataset.unpick);
  fill(combo.querySelector("input"), left.map((option) => option.value));
});

/* Enter in a field whose block dispatches goes to the bot instead of submitting the form. */
document.addEventListener("keydown", (event) => {
  const control = event.target;
  if (event.key === "Enter" && control.dataset.dispatch?.includes("on_enter_pressed")) {
    event.preventDefault();
    fill(control);
  }
});

/* The composer: Enter sends, Shift+Enter breaks the line, "/" shows what the bot understands. */

const text = byId("composer-text");

async function say() {
  const said = text.value;
  if (!said.trim()) return;
  text.value = "";
  text.dispatchEvent(new Event("input")); // closes the hints and fits the height
  const { thread } = text.dataset;
  reply("");
  await act("say", { text: said, thread });
}

/* What is written next stands below the message that began this thread; empty: in the place itself. */
function reply(thread) {
  text.dataset.thread = thread;
  byId("composer-thread").hidden = !thread;
  text.focus();
}

function fit() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
}

if (text) {
  const hints = JSON.parse(byId("composer").dataset.hints);
  combobox(text, byId("composer-list"), {
    eager: false,
    find: (typed) => (/^[/@]/.test(typed) ? hints.filter((hint) => hint.value.startsWith(typed)) : []),
    pick: (hint) => {
      text.value = hint.value;
      fit();
    },
  });
  text.addEventListener("input", fit);
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    byId("composer").requestSubmit();
  });
}

if (byId("composer")) byId("messages").scrollTop = byId("messages").scrollHeight; // the Home begins at its top
openModal();
listen();
