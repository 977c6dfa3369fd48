// Draws the report from the data in this page. All that was scraped goes in as text nodes; nothing is ever parsed as markup.
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const { rules, hosts, verdicts, categories, samples } = data;
  const ROWS = 12;
  const SVG = "http://www.w3.org/2000/svg";

  // --- Making elements -------------------------------------------------------------------------------------------------

  const el = (tag, props, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return made;
  };
  const bdi = (text) => el("bdi", {}, text);
  const svg = (tag, props, ...children) => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(props)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const chip = (category) => el("span", { class: "chip", "data-c": category }, category);
  const put = (id, ...children) => $(id).replaceChildren(...children.flat());

  // --- Numbers ---------------------------------------------------------------------------------------------------------

  const whole = new Intl.NumberFormat("en");
  const number = (n) => whole.format(n);
  const many = (n, one, more) => `${number(n)} ${n === 1 ? one : more || `${one}s`}`;
  const bytes = (n) => {
    const units = ["bytes", "kB", "MB", "GB", "TB"];
    let unit = 0;
    for (; n >= 1000 && unit < units.length - 1; unit += 1) n /= 1000;
    return unit === 0 ? many(n, "byte") : `${n.toFixed(n < 10 ? 2 : n < 100 ? 1 : 0)} ${units[unit]}`;
  };
  const share = (part, all) => {
    const percent = all > 0 ? (100 * part) / all : 0;
    if (percent === 0) return "0 %";
    return percent < 0.1 ? "< 0.1 %" : `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
  };

  // --- State -----------------------------------------------------------------------------------------------------------

  const filter = { category: "", rule: "", host: "", verdict: "", search: "" };
  const fields = Object.keys(filter);
  const open = new Set();
  let chosen = null;

  const categoryOf = (rule) => categories[rules[rule].category];
  const found = (text) => text.toLowerCase().includes(filter.search);
  const isRule = (index) =>
    (!filter.category || categoryOf(index) === filter.category) && (!filter.rule || rules[index].id === filter.rule);

  // The numbers of hosts, verdicts and rules that are asked for: by rule, and by category.
  const sums = () => {
    const byRule = rules.map(() => [0, 0, 0]);
    const byCategory = new Map();
    const { cells } = data;
    for (let i = 0; i < cells.length; i += 6) {
      if (filter.host && hosts[cells[i]].key !== filter.host) continue;
      if (filter.verdict && verdicts[cells[i + 1]].name !== filter.verdict) continue;
      const rule = cells[i + 2];
      const name = categoryOf(rule);
      const both = [byRule[rule], byCategory.get(name) || byCategory.set(name, [0, 0, 0]).get(name)];
      for (const sum of both) for (let k = 0; k < 3; k += 1) sum[k] += cells[i + 3 + k];
    }
    return { byRule, byCategory };
  };

  const empty = (title, text) => el("p", { class: "empty" }, el("b", {}, title), text);
  const unfound = (what) => empty(`No ${what} here`, "Nothing matches these filters. Clear them to see the whole run.");
  const bar = (part, most) =>
    svg("svg", { "aria-hidden": "true", preserveAspectRatio: "none" },
      svg("rect", { width: `${most > 0 ? Math.max(0.4, (100 * part) / most) : 0}%`, height: "100%", rx: 2 }));

  // A table's first rows, and a button for the rest.
  const rowsOf = (key, all, row) => {
    const shown = open.has(key) ? all : all.slice(0, ROWS);
    const more = all.length > ROWS && el("button", {
      type: "button", class: "more", "aria-expanded": String(open.has(key)),
      onclick: () => { open.has(key) ? open.delete(key) : open.add(key); draw(); },
    }, open.has(key) ? "Show fewer" : `Show all ${number(all.length)}`);
    return [shown.map(row), more];
  };
  const table = (caption, heads, rows) =>
    el("div", { class: "scroll" }, el("table", {}, el("caption", { class: "quiet" }, caption),
      el("thead", {}, el("tr", {}, heads.map(([name, kind]) => el("th", { scope: "col", class: kind }, name)))),
      el("tbody", {}, rows)));
  const ruleButton = (index) => {
    const { id } = rules[index];
    if (id === null) return el("span", {}, "other rules");
    return el("button", {
      type: "button", class: "id", "data-c": categoryOf(index), "aria-pressed": String(filter.rule === id),
      onclick: () => set("rule", filter.rule === id ? "" : id),
    }, id);
  };

  // --- Sections --------------------------------------------------------------------------------------------------------

  const drawSummary = () => {
    const { total } = data;
    if (total.pages === 0) {
      $("headline").textContent = "No page was cleaned";
      $("lead").textContent = "The run found nothing to clean, so there is nothing to show.";
    } else if (total.removed === 0) {
      $("headline").textContent = "Nothing was removed";
      $("lead").textContent = `No rule had a reason to touch ${total.pages === 1 ? "the page" : `any of ${number(total.pages)} pages`}.`;
    } else {
      $("headline").textContent = `${share(total.removed, total.bytes)} of the text was chaff`;
      $("lead").textContent = `${bytes(total.removed)} of ${bytes(total.bytes)} went, from ${number(total.changed)} of ${many(total.pages, "page")}. What no rule had a reason to touch is as it was.`;
    }
    const parts = categories.map((name, i) => ({ name, bytes: data.category_bytes[i] })).filter((part) => part.bytes > 0);
    parts.sort((a, b) => b.bytes - a.bytes);
    if (parts.length > 0 && total.bytes > 0) {
      let at = 0;
      const rects = parts.map((part) => {
        const width = (1000 * part.bytes) / total.bytes;
        const rect = svg("rect", { x: at, width: Math.max(0, width - (width > 3 ? 1 : 0)), height: 10, "data-c": part.name });
        rect.append(svg("title", {}, `${part.name}: ${bytes(part.bytes)}, ${share(part.bytes, total.bytes)}`));
        at += width;
        return rect;
      });
      rects.push(svg("rect", { x: at, width: Math.max(0, 1000 - at), height: 10, class: "rest" }));
      const label = `Of the text, ${share(total.removed, total.bytes)} was removed: ${parts.map((part) => `${part.name} ${share(part.bytes, total.bytes)}`).join(", ")}`;
      const ends = el("p", { class: "ends" },
        el("span", {}, "removed ", el("b", {}, share(total.removed, total.bytes))),
        el("span", {}, "kept ", el("b", {}, share(total.bytes - total.removed, total.bytes))));
      put("whole", svg("svg", { role: "img", "aria-label": label, viewBox: "0 0 1000 10", preserveAspectRatio: "none" }, ...rects), ends);
    }
    const figures = [
      ["pages", number(total.pages)], ["pages changed", number(total.changed)], ["lines removed", number(total.lines)],
      ["edits", number(total.edits)], [`rules used, of ${number(data.rules_all)}`, number(data.rules_used)],
      ["failed", number(data.failed)],
    ];
    put("figures", figures.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
    put("remarks", data.remarks.map((text) => el("p", { class: "note" }, text)));
    const made = `unchaff ${data.version}, rules ${data.packs}.`;
    put("footer", el("p", {}, `${made} Removed lines and pages are shown as they were scraped, with control characters spelled out. Samples are chosen by a hash of each page's name, so the same run shows the same pages.`));
  };

  const drawCategories = ({ byCategory }) => {
    const all = [...byCategory].filter(([name, sum]) => sum[0] > 0 && (!filter.search || found(name))).sort((a, b) => b[1][2] - a[1][2] || b[1][0] - a[1][0]);
    const most = Math.max(0, ...all.map(([, sum]) => sum[2]));
    const sum = all.reduce((sum, [, part]) => sum + part[2], 0);
    $("n-categories").textContent = all.length ? "Bytes removed, their share of all that was removed, and lines. Choose a category to see its rules, lines and pages." : "";
    if (!all.length) return put("c-categories", data.total.removed ? unfound("category") : empty("Nothing was removed", "Once a rule takes something, its category stands here."));
    put("c-categories", el("ul", { class: "bars" }, all.map(([name, [, lines, taken]]) => el("li", {},
      el("button", {
        type: "button", class: "bar", "data-c": name, "aria-pressed": String(filter.category === name),
        onclick: () => set("category", filter.category === name ? "" : name),
      }, chip(name), bar(taken, most), el("span", { class: "num" }, bytes(taken)), el("span", { class: "off" }, share(taken, sum)),
      el("span", { class: "off" }, many(lines, "line")))))));
  };

  const drawRules = ({ byRule }) => {
    const all = rules.map((rule, index) => ({ rule, index, sum: byRule[index] })).filter(({ rule, index, sum }) =>
      sum[0] > 0 && isRule(index) && (!filter.search || found(rule.id || "") || found(categoryOf(index)) || rule.examples.some(found)));
    all.sort((a, b) => b.sum[2] - a.sum[2] || b.sum[0] - a.sum[0]);
    const most = Math.max(0, ...all.map(({ sum }) => sum[2]));
    $("n-rules").textContent = all.length ? `${many(all.length, "rule")}, with an example of what each took. “unchaff rules show ID” says why a rule is there.` : "";
    if (!all.length) { put("c-rules", data.total.removed ? unfound("rule") : empty("No rule acted", "")); return 0; }
    const [rows, more] = rowsOf("rules", all, ({ rule, index, sum }) => el("tr", { "data-c": categoryOf(index) },
      el("th", { scope: "row" }, ruleButton(index),
        (filter.rule ? rule.examples : rule.examples.slice(0, 1)).map((text) => el("span", { class: filter.rule ? "eg all" : "eg" }, bdi(text)))),
      el("td", { class: "opt" }, chip(categoryOf(index))), el("td", { class: "wide" }, bar(sum[2], most)),
      el("td", { class: "num" }, bytes(sum[2])), el("td", { class: "num" }, number(sum[1])), el("td", { class: "num opt" }, number(sum[0]))));
    put("c-rules", table("What each rule removed", [["Rule"], ["Category", "opt"], ["", "wide"], ["Removed", "num"], ["Lines", "num"], ["Edits", "num opt"]], rows), more || []);
    return all.length;
  };

  const drawLines = () => {
    const all = data.lines.filter(([, rule, text]) => isRule(rule) && (!filter.search || found(text) || found(rules[rule].id || "")));
    const most = Math.max(0, ...all.map(([count]) => count));
    const sure = data.lines_missed ? `At least so often; each may stand up to ${number(data.lines_missed)} times more.` : "";
    const where = filter.host || filter.verdict ? " Counted over all hosts and verdicts." : "";
    $("n-lines").textContent = all.length ? `How often the same line was taken over the run. ${sure}${where}` : "";
    if (!all.length) { put("c-lines", data.lines.length ? unfound("line") : empty("No line was removed", "")); return 0; }
    const [rows, more] = rowsOf("lines", all, ([count, rule, text]) => el("tr", { "data-c": categoryOf(rule) },
      el("td", { class: "num" }, number(count)), el("td", { class: "wide opt" }, bar(count, most)),
      el("td", { class: "line", dir: "auto" }, bdi(text)), el("td", { class: "opt" }, chip(categoryOf(rule))), el("td", {}, ruleButton(rule))));
    put("c-lines", table("Removed lines by how often they were taken", [["Times", "num"], ["", "wide opt"], ["Line"], ["Category", "opt"], ["Rule"]], rows), more || []);
    return all.length;
  };

  const drawGroups = (id, what, groups) => {
    const some = groups.filter((group) => group.pages > 0);
    some.sort((a, b) => "*?".indexOf(a.key) - "*?".indexOf(b.key));
    const known = some.some((group) => group.key !== "?");
    if (!known) return put(id, empty(`No ${what} is known`, what === "host" ? "Records that name a URL have one, and so do pages cleaned with --host." : "Short pages have none."));
    const [rows, more] = rowsOf(id, some, (group) => el("tr", {},
      el("th", { scope: "row", class: "name" }, bdi(group.label)), el("td", { class: "num" }, number(group.pages)), el("td", { class: "num" }, share(group.removed, group.bytes))));
    put(id, table(`Pages by ${what}`, [[what[0].toUpperCase() + what.slice(1)], ["Pages", "num"], ["Removed", "num"]], rows), more || []);
  };

  // --- Sampled pages ---------------------------------------------------------------------------------------------------

  const textOf = (sample) => (sample.folded ||= [sample.name, sample.host || "", ...sample.parts.map((part) => (typeof part === "string" ? part : part[1] || ""))].join("\n").toLowerCase());
  const isOfFilter = (reason) => (!filter.category || reason.category === filter.category) && (!filter.rule || reason.rule === filter.rule);
  // The first two hosts are those that are not known and all others.
  const keys = new Map(hosts.slice(2).map((host) => [host.label, host.key]));
  const hostOf = (sample) => (sample.host ? keys.get(sample.host) || hosts[1].key : hosts[0].key);
  const samplesShown = () => samples.filter((sample) =>
    (!filter.host || hostOf(sample) === filter.host) &&
    (!filter.verdict || sample.verdict === filter.verdict) &&
    (!(filter.category || filter.rule) || sample.reasons.some(isOfFilter)) &&
    (!filter.search || textOf(sample).includes(filter.search)));

  const drawSamples = () => {
    const shown = samplesShown();
    $("n-samples").textContent = samples.length ? `${number(samples.length)} of ${many(data.total.pages, "page")}, chosen by chance, some for each category and verdict. Point at a coloured part, or reach it with Tab and the arrow keys, to see which rule took it and why.` : "";
    $("bench").classList.toggle("none", shown.length === 0);
    if (!shown.length) {
      put("picker");
      put("sheet", samples.length ? unfound("sampled page") : empty("No page to show", "A run that cleans at least one page shows some here."));
      return 0;
    }
    if (!shown.includes(chosen)) chosen = shown.find((sample) => sample.reasons.length > 0) || shown[0];
    put("picker", shown.map((sample) => el("li", {}, el("button", {
      type: "button", "aria-current": sample === chosen ? "true" : null,
      onclick: () => { chosen = sample; drawSamples(); $("picker").querySelector("[aria-current]").focus(); },
    }, el("span", { class: "name" }, bdi(sample.name)), el("small", {}, sample.host ? [bdi(sample.host), el("br")] : null,
      `${sample.verdict}, ${sample.reasons.length ? `${share(sample.taken, sample.bytes)} removed` : "unchanged"}`)))));
    drawSheet(shown);
    return shown.length;
  };

  // Lines of both sides beside each other: a row for each line of the source.
  const rowsOfSample = (sample) => {
    const rows = [];
    let row = { left: [], right: [] };
    const end = () => { rows.push(row); row = { left: [], right: [] }; };
    const mark = (tag, text, reason) => {
      const known = sample.reasons[reason];
      const made = el(tag, { "data-c": known.category, class: isOfFilter(known) ? null : "off", "aria-describedby": "why" }, text);
      if (tag === "del") { made.tabIndex = -1; made.classList.add("take"); }
      made.why = known;
      return made;
    };
    for (const part of sample.parts) {
      if (typeof part === "number") {
        if (row.left.length || row.right.length) end();
        rows.push({ gap: part });
      } else if (typeof part === "string") {
        part.split("\n").forEach((text, i) => {
          if (i > 0) end();
          if (text) { row.left.push(text); row.right.push(text); }
        });
      } else {
        const [reason, old, fresh] = part;
        old.split("\n").forEach((text, i) => {
          if (i > 0) { row.cut = true; end(); }
          if (text) { row.cut = true; row.left.push(mark("del", text, reason)); }
        });
        if (fresh) row.right.push(mark("ins", fresh, reason));
      }
    }
    if (row.left.length || row.right.length) end();
    return rows;
  };

  const drawSheet = (shown) => {
    const sample = chosen;
    const at = shown.indexOf(sample);
    const step = (name, to) => el("button", { type: "button", disabled: !shown[to], onclick: () => { chosen = shown[to]; drawSamples(); $("sheet").querySelector("h3").focus(); } }, name);
    const present = [...new Set(sample.reasons.map((reason) => reason.category))];
    const facts = [sample.host, sample.lang, sample.verdict, `${bytes(sample.taken)} of ${bytes(sample.bytes)} removed`].filter(Boolean);
    const view = (value, name, kind) => el("label", { class: kind }, el("input", {
      type: "radio", name: "view", value, checked: sheetView() === value, onchange: () => { chosenView = value; showView(); },
    }), name);
    const head = el("header", {}, el("h3", { tabindex: "-1", id: "h-sheet" }, bdi(sample.name)),
      el("small", {}, facts.map((fact, i) => [i ? " · " : "", bdi(fact)])),
      el("ul", { class: "legend", "aria-label": "Categories on this page" }, present.map((name) => el("li", {}, chip(name)))),
      el("div", { class: "steps" }, step("Previous", at - 1), step("Next", at + 1), el("span", {}, `${at + 1} of ${shown.length}`),
        el("fieldset", { class: "views" }, el("legend", { class: "quiet" }, "View"), view("both", "Side by side", "both"), view("source", "Source"), view("clean", "Clean"))));
    const rows = rowsOfSample(sample).map((row) => {
      if (row.gap) return el("tr", { class: "gap" }, el("td", { colspan: 2 }, `${bytes(row.gap)} not shown`));
      const gone = row.cut && row.right.length === 0;
      return el("tr", { class: gone ? "cut" : null }, el("td", { dir: "auto" }, row.left.length ? row.left : "\u00a0"),
        el("td", { dir: "auto", class: gone ? "gone" : null }, row.right.length ? row.right : "\u00a0"));
    });
    const text = el("table", { class: "text", "aria-labelledby": "h-sheet" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Source"), el("th", { scope: "col" }, "Clean"))), el("tbody", {}, rows));
    put("sheet", head, text);
    const first = $("sheet").querySelector("del.take:not(.off)") || $("sheet").querySelector("del.take");
    if (first) first.tabIndex = 0;
    showView();
  };

  const narrow = window.matchMedia("(max-width: 46rem)");
  let chosenView = null;
  const sheetView = () => (narrow.matches && (chosenView || "both") === "both" ? "source" : chosenView || "both");
  const showView = () => {
    $("sheet").className = `sheet view-${sheetView()}`;
    for (const input of $("sheet").querySelectorAll("input[name=view]")) input.checked = input.value === sheetView();
  };
  narrow.addEventListener("change", showView);

  // --- Why a part went: on hover, on focus, and gone with Escape ---------------------------------------------------------

  const why = $("why");
  let pointed = null;
  const hide = () => { why.hidden = true; if (pointed) pointed.classList.remove("on"); pointed = null; };
  const show = (mark) => {
    if (!mark || !mark.why) return hide();
    hide();
    const { rule, category, confidence, evidence } = mark.why;
    why.replaceChildren(el("b", {}, rule), `${category}, ${confidence}`, ...(evidence ? [el("br"), bdi(evidence)] : []));
    why.hidden = false;
    pointed = mark;
    const box = (mark.getClientRects()[0] || mark.getBoundingClientRect());
    const left = Math.min(Math.max(8, box.left), document.documentElement.clientWidth - why.offsetWidth - 8);
    const above = box.top - why.offsetHeight - 8;
    why.style.left = `${left + window.scrollX}px`;
    why.style.top = `${(above > 0 ? above : box.bottom + 8) + window.scrollY}px`;
  };
  const marked = (event) => event.target.closest("del, ins");
  $("sheet").addEventListener("mouseover", (event) => show(marked(event) || (document.activeElement || {}).why && document.activeElement));
  $("sheet").addEventListener("mouseleave", hide);
  $("sheet").addEventListener("focusin", (event) => show(marked(event)));
  $("sheet").addEventListener("focusout", hide);
  $("sheet").addEventListener("click", (event) => { if (marked(event)) show(marked(event)); });
  $("sheet").addEventListener("keydown", (event) => {
    const all = [...$("sheet").querySelectorAll("del.take")];
    const at = all.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined || !all[to]) return;
    event.preventDefault();
    all[at].tabIndex = -1;
    all[to].tabIndex = 0;
    all[to].focus();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

  // --- Filters ---------------------------------------------------------------------------------------------------------

  const draw = () => {
    const all = sums();
    drawCategories(all);
    const counts = [drawRules(all), drawLines(), drawSamples()];
    const isOn = fields.some((name) => filter[name]);
    $("found").textContent = isOn ? `${many(counts[0], "rule")}, ${many(counts[1], "line")}, ${many(counts[2], "sampled page")} match` : "";
    $("f-clear").disabled = !isOn;
  };
  const set = (name, value) => {
    filter[name] = value;
    $(`f-${name}`).value = value;
    const focused = document.activeElement;
    const text = focused && focused.textContent;
    const place = focused && focused.closest("section");
    draw();
    // What was pressed is drawn anew; the focus stays where it was.
    if (place && !document.contains(focused)) {
      const again = [...place.querySelectorAll("button")].find((button) => button.textContent === text) ||
        [...place.querySelectorAll("button[aria-pressed=true]")][0];
      if (again) again.focus();
    }
  };
  const options = (name, all) => $(`f-${name}`).append(...all.map(([value, text]) => el("option", { value }, text)));
  options("category", categories.filter((_, i) => data.category_edits[i] > 0).map((name) => [name, name]));
  options("rule", rules.filter((rule) => rule.id !== null).map((rule) => rule.id).sort().map((id) => [id, id]));
  options("host", hosts.filter((host) => host.pages > 0).map((host) => [host.key, host.label]));
  options("verdict", verdicts.filter((verdict) => verdict.pages > 0).map((verdict) => [verdict.name, verdict.name]));
  for (const name of fields.slice(0, 4)) $(`f-${name}`).addEventListener("change", (event) => set(name, event.target.value));
  let wait = 0;
  $("f-search").addEventListener("input", (event) => {
    clearTimeout(wait);
    wait = setTimeout(() => { filter.search = event.target.value.trim().toLowerCase(); draw(); }, 120);
  });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("f-clear").addEventListener("click", () => {
    for (const name of fields) filter[name] = $(`f-${name}`).value = "";
    $("f-search").focus();
    draw();
  });

  // --- Light and dark --------------------------------------------------------------------------------------------------

  const root = document.documentElement;
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  const showTheme = () => $("theme").setAttribute("aria-pressed", String(isDark()));
  try { root.dataset.theme = localStorage.getItem("unchaff-theme") || ""; } catch { /* no storage for files */ }
  if (!root.dataset.theme) delete root.dataset.theme;
  $("theme").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("unchaff-theme", root.dataset.theme); } catch { /* no storage for files */ }
    showTheme();
  });
  prefersDark.addEventListener("change", showTheme);
  showTheme();

  drawSummary();
  drawGroups("c-verdicts", "verdict", verdicts.map((verdict) => ({ ...verdict, key: verdict.name, label: verdict.name })));
  drawGroups("c-langs", "language", data.langs);
  drawGroups("c-hosts", "host", hosts);
  draw();
})();
