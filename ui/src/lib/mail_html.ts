/**
 * An email's HTML part as inert nodes. The window's policy allows no frame and no inline style, so the text is parsed
 * apart from the page (nothing runs, nothing loads), and only plain text elements and harmless declarations are built anew.
 */

const elements = new Set(["p", "br", "hr", "div", "span", "strong", "b", "em", "i", "u", "ul", "ol", "li", "h1", "h2", "h3", "h4", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"]);
/** Of these not even the text is kept. */
const unread = new Set(["script", "style", "title", "head", "template", "noscript", "iframe", "object", "svg", "math", "textarea", "select"]);
const declarations = [
  "text-align", "vertical-align", "font-weight", "font-style", "font-size", "line-height", "font-variant-numeric", "font-family", "color",
  "margin-top", "margin-right", "margin-bottom", "margin-left", "padding-top", "padding-right", "padding-bottom", "padding-left",
  "border-top-width", "border-top-style", "border-top-color", "border-bottom-width", "border-bottom-style", "border-bottom-color",
  "border-left-width", "border-left-style", "border-right-width", "border-right-style", "border-collapse", "width", "max-width",
];

function dressed<Made extends HTMLElement>(made: Made, like: HTMLElement): Made {
  for (const name of declarations) {
    const value = like.style.getPropertyValue(name);
    // What could fetch or reach out of its box is left out.
    if (value !== "" && !/url|image|\(/i.test(value.replace(/rgba?\([\d\s.,%/]*\)/gi, ""))) made.style.setProperty(name, value);
  }
  return made;
}

function copy(from: Node, into: Node): void {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) into.appendChild(document.createTextNode(node.textContent ?? ""));
    else if (node instanceof HTMLElement) {
      const name = node.localName;
      if (unread.has(name)) continue;
      if (name === "a") {
        // A link shows as one and leads nowhere: this is a picture of the message.
        const link = document.createElement("span");
        link.className = "link";
        copy(node, link);
        into.appendChild(link);
      } else if (elements.has(name)) {
        const made = dressed(document.createElement(name), node);
        if (name === "th" && node.getAttribute("scope") === "col") made.setAttribute("scope", "col");
        copy(node, made);
        into.appendChild(made);
      } else copy(node, into);
    }
  }
}

/** The body of a page or the whole of a fragment. */
export function inert(html: string): HTMLElement {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const body = dressed(document.createElement("div"), parsed.body);
  copy(parsed.body, body);
  return body;
}
