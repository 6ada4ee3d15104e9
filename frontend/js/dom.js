// Small helpers shared by the modules.
let messages;

export function say(name, values = {}) {
  if (!messages) {
    const holder = document.getElementById("script-messages");
    messages = holder ? JSON.parse(holder.textContent) : {};
  }
  const text = messages[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

export function all(tree, selector) {
  const own = tree instanceof Element && tree.matches(selector) ? [tree] : [];
  return [...own, ...tree.querySelectorAll(selector)];
}

export function once(element, mark) {
  const key = `is${mark}`;
  if (element.dataset[key]) return false;
  element.dataset[key] = "1";
  return true;
}

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function cookie(name) {
  const pair = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

export function debounce(action, wait) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), wait);
  };
}

export const language = () => document.documentElement.lang || "en";
