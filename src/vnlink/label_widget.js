// Shows one pair at a time and sends what is said of it. Pairs come as messages and are never part of the widget's state, so a
// notebook that is saved holds nobody's data.
const KEYS = { f: "full", 1: "full", p: "partial", 2: "partial", n: "none", 3: "none", s: "skip", 4: "skip", z: "undo" };
const STYLE = `
.vnlink-label{font-family:system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;line-height:1.45;max-width:60em;outline:none;
border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:8px;padding:.8em 1em}
.vnlink-label:focus-visible{border-color:#0072B2;box-shadow:0 0 0 1px #0072B2}
.vnlink-label table{border-collapse:collapse;width:100%;margin:.4em 0}
.vnlink-label td,.vnlink-label th{padding:.25em .8em .25em 0;text-align:left;vertical-align:top;
border-top:1px solid color-mix(in srgb,currentColor 15%,transparent);font-size:1em}
.vnlink-label th{font-weight:600;font-size:.85em}
.vnlink-label .muted{color:color-mix(in srgb,currentColor 65%,transparent);font-size:.88em}
.vnlink-label .name{font-size:1.3em}
.vnlink-label .name span{margin-right:.35em}
.vnlink-label .differs{border-bottom:3px solid #D55E00}
.vnlink-label .gap{color:color-mix(in srgb,currentColor 50%,transparent)}
.vnlink-label .keys{display:flex;flex-wrap:wrap;gap:.5em;margin-top:.6em}
.vnlink-label button{font:inherit;padding:.3em .8em;border-radius:6px;border:1px solid color-mix(in srgb,currentColor 35%,transparent);
background:transparent;color:inherit;cursor:pointer}
.vnlink-label button:hover{background:color-mix(in srgb,currentColor 10%,transparent)}
.vnlink-label kbd{font:inherit;font-weight:700;border-bottom:2px solid currentColor;margin-right:.4em}
.vnlink-label .spot{display:inline-block;width:.7em;height:.7em;border-radius:2px;margin-right:.45em}
.vnlink-label progress{width:12em;vertical-align:middle;margin-right:.6em}
`;

function make(tag, text, kind) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text; // never as HTML: it comes from registers
  if (kind) made.className = kind;
  return made;
}

function both(words, tag = "span") {
  const made = make(tag, words.vi);
  if (words.en !== words.vi) made.append(" ", make("span", words.en, "muted"));
  return made;
}

function name(syllables, side) {
  const made = make("span", undefined, "name");
  for (const one of syllables) {
    const text = one[side] || "∅";
    made.append(make("span", text, one[side] ? (one.differs ? "differs" : "") : "gap"));
  }
  return made;
}

function pairTable(pair, words) {
  const table = make("table");
  const head = table.createTHead().insertRow();
  for (const side of ["", "left", "right", "compared"]) head.append(side ? both(words[side], "th") : make("th"));
  const body = table.createTBody();
  const first = body.insertRow();
  first.append(both(words.name, "td"));
  const left = make("td");
  left.append(name(pair.syllables, "left"));
  if (pair.owner) left.append(make("div", pair.owner, "muted"));
  const right = make("td");
  right.append(name(pair.syllables, "right"));
  first.append(left, right, both(pair.names, "td"));
  for (const row of pair.rows) {
    const line = body.insertRow();
    line.append(both(row.field, "td"));
    for (const side of ["left", "right"]) {
      const cell = make("td");
      cell.append(make("span", row[side] || "–", row.state === "differs" && row[side] ? "differs" : ""));
      line.append(cell);
    }
    line.append(both(row.words, "td"));
  }
  return table;
}

function render({ model, el }) {
  const style = make("style", STYLE);
  const box = make("div", undefined, "vnlink-label");
  box.tabIndex = 0;
  el.append(style, box);
  let waiting = false;

  function say(answer) {
    if (waiting) return; // one answer for each pair shown
    waiting = true;
    model.send({ said: answer });
  }

  function show(message) {
    waiting = false;
    const top = make("div");
    const bar = make("progress");
    bar.max = message.answered + message.left || 1;
    bar.value = message.answered;
    top.append(bar, both(message.sentence));
    const parts = [top];
    if (message.error) parts.push(make("p", message.error, "differs"));
    if (message.pair) parts.push(pairTable(message.pair, message.words));
    const keys = make("div", undefined, "keys");
    for (const [answer, key, colour] of message.keys) {
      if (!message.pair && answer !== "undo") continue;
      const button = make("button");
      button.type = "button";
      const spot = make("span", undefined, "spot");
      spot.style.background = colour;
      button.append(make("kbd", key.toUpperCase()), spot, both(message.words[answer]));
      button.addEventListener("click", () => { say(answer); box.focus(); });
      keys.append(button);
    }
    parts.push(keys);
    box.replaceChildren(...parts);
  }

  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const answer = KEYS[event.key.toLowerCase()];
    if (!answer) return;
    // The notebook has keys of its own: z would undo a cell, s save it.
    event.preventDefault();
    event.stopPropagation();
    say(answer);
  });
  model.on("msg:custom", show);
  model.send({ said: "" });
  return () => model.off("msg:custom", show);
}

export default { render };
