// Up to four submissions side by side. The address keeps the choice: compare.html?with=TEAM--ENTRY&with=TEAM--ENTRY.
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const given = JSON.parse($("compare-data").textContent);
  const say = JSON.parse($("compare-words").textContent);
  const LISTED = 40; // questions of a task
  const MINUS = "\u2212";
  const names = new Map(given.index.map(([slug, name]) => [slug, name]));
  const loaded = new Map(Object.entries(given.rows ?? {}).map(([slug, facts]) => [slug, { facts, pairs: null }]));
  let chosen = [];

  // ---- words and numbers ----
  const locale = given.language === "fr" ? "fr" : "en-GB";
  const format = (digits) => {
    const shape = new Intl.NumberFormat(locale, {
      minimumFractionDigits: digits, maximumFractionDigits: digits, roundingMode: "halfEven",
    });
    return (value) => {
      const text = shape.format(value);
      return /[1-9]/.test(text) ? text.replace("-", MINUS) : text.replace("-", "");
    };
  };
  const tenth = format(1), whole = format(0);
  const compact = (value) => { // three digits or so, as on the other pages: 135 M, 1.5 B
    const digits = value < 10 ** (3 * Math.floor((String(value).length - 1) / 3) + 1) ? 1 : 0;
    return new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: digits }).format(value);
  };
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (found, key) => (key in values ? values[key] : found));
  const score = (value) => tenth(value * 100);
  const gap = (value) => {
    const text = score(value);
    return text.startsWith(MINUS) || !/[1-9]/.test(text) ? text : `+${text}`;
  };
  const percent = (value) => tenth(value * 100) + given.percent;
  const bounds = (low, high, shown) => fill(given.interval, { low: shown(low), high: shown(high) });

  // ---- elements: text is always text ----
  const el = (name, attributes = {}, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  };
  const cell = (...children) => el("td", {}, ...children);
  const bdi = (text) => el("bdi", {}, text);
  const link = (slug) => el("a", { href: `submissions/${slug}.html` }, bdi(names.get(slug)));
  const measured = (triple) => triple === null || triple === undefined ? cell(say.none) : cell(
    el("span", { class: "nowrap" }, el("b", {}, score(triple[0])), " ",
      el("span", { class: "interval" }, bounds(triple[1], triple[2], score))));
  const table = (id, caption, head, bodies) => el("div", {
    class: "scroll", role: "region", "aria-labelledby": id, tabindex: "0",
  }, el("table", { class: "data" }, el("caption", { id }, el("span", {}, caption)),
    el("thead", {}, el("tr", {}, ...head)), ...bodies));
  const column = (...children) => el("th", { scope: "col" }, ...children);
  const line = (label, ...cells) => el("tr", {}, el("th", { scope: "row" }, label), ...cells);

  // ---- figures of a submission: inside the page, or in its own file ----
  const triple = (estimate) => estimate && estimate.value !== null ? [estimate.value, estimate.low, estimate.high] : null;
  const each = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
  const compacted = (row) => ({
    id: row.submission,
    rank: row.baseline || row.division === "open" ? null : row.rank,
    cleared: [row.level_cleared, row.level_cleared_80],
    area: triple(row.area),
    tracks: each(row.by_track, triple),
    languages: each(row.by_language, triple),
    unscored: row.unscored,
    cap_hit: row.cap_hit,
    energy: row.energy.per_correct,
    parameters: row.declared.parameters || null,
    tasks: each(row.by_task, (result) => [triple(result.area), result.curve
      .filter((point) => point.language === "all" && point.value !== null)
      .map((point) => [point.level, point.value, point.low, point.high])]),
  });
  const read = async (path) => {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };
  const load = async (slug) => {
    if (loaded.has(slug)) return;
    const file = await read(`../data/submissions/${slug}.json`);
    loaded.set(slug, { facts: compacted(file.standing), pairs: file.comparisons });
  };
  // Differences by track and language, seen from the other submission of the pair.
  const turned = (parts) => parts && each(parts, (found) =>
    each(found, (one) => one && [-one[0], -one[2], -one[1]]));
  // The difference of two submissions, the first less the second; null where no list holds it.
  const difference = (first, second) => {
    if (given.pairs) {
      const place = (slug) => given.index.findIndex((one) => one[0] === slug);
      const [a, b] = [place(first), place(second)];
      const found = given.pairs.find((pair) => (pair[0] === a && pair[1] === b) || (pair[0] === b && pair[1] === a));
      if (!found) return null;
      const [here, , value, low, high, shown, parts] = found;
      return here === a ? { value, low, high, shown, parts }
        : { value: -value, low: -high, high: -low, shown, parts: turned(parts) };
    }
    const [one, two] = [loaded.get(first), loaded.get(second)];
    const own = one.pairs.find((pair) => pair.other === two.facts.id);
    if (own) return { value: own.difference, low: own.low, high: own.high, shown: own.shown, parts: own.parts };
    const theirs = two.pairs.find((pair) => pair.other === one.facts.id);
    return theirs ? {
      value: -theirs.difference, low: -theirs.high, high: -theirs.low, shown: theirs.shown, parts: turned(theirs.parts),
    } : null;
  };

  // ---- what is shown ----
  const ranked = (rank) => !rank ? say.not_ranked : rank[0] === rank[1] ? String(rank[0]) : `${rank[0]}–${rank[1]}`;
  const beside = (rows) => {
    const head = [column(say.measure), ...chosen.map((slug, place) =>
      column(el("span", { class: "key" }, curves.swatch(place), link(slug))))];
    const row = (label, shown) => line(label, ...rows.map((facts) => shown(facts)));
    const plain = (shown) => (facts) => cell(shown(facts));
    const overall = el("tbody", {},
      row(say.rank, plain((facts) => ranked(facts.rank))),
      ...say.cleared.map((label, which) => row(label, plain((facts) => facts.cleared[which] ?? say.untested))),
      row(say.area, (facts) => measured(facts.area)),
      row(say.unscored, plain((facts) => percent(facts.unscored))),
      row(say.cap_hit, plain((facts) => percent(facts.cap_hit))),
      row(say.energy, plain((facts) => facts.energy === null || facts.energy === undefined ? say.not_measured
        : fill(say.joules, { value: tenth(facts.energy) }))),
      row(say.parameters, plain((facts) => facts.parameters ? compact(facts.parameters) : say.none)));
    const group = (title, entries, found) => el("tbody", {},
      el("tr", { class: "group" }, el("th", { scope: "rowgroup", colspan: String(rows.length + 1) }, title)),
      ...entries.map(([key, label]) => row(label, (facts) => measured(found(facts)[key]))));
    const areas = (facts) => each(facts.tasks, (task) => task[0]);
    return table("beside-caption", say.beside_caption, head, [overall,
      group(say.tracks, given.tracks, (facts) => facts.tracks),
      group(say.languages, given.languages, (facts) => facts.languages),
      group(say.tasks, given.tasks, areas)]);
  };

  const couples = () => chosen.flatMap((first, place) => chosen.slice(place + 1).map((second) => [first, second]));
  const quoted = (word) => /^[\w./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;
  const verdict = (first, second, found) => {
    if (!found.shown) return el("span", { class: "verdict open" }, say.open);
    return el("span", { class: "verdict ahead" }, fill(say.ahead, { name: names.get(found.value > 0 ? first : second) }));
  };
  const pairs = () => {
    const rows = [];
    couples().forEach(([first, second]) => {
      const label = fill(say.less, { first: names.get(first), second: names.get(second) });
      const found = difference(first, second);
      if (found) {
        const interval = bounds(found.low, found.high, gap);
        rows.push(line(bdi(label), cell(gap(found.value)), cell(interval), cell(verdict(first, second, found))));
        return;
      }
      const ids = [first, second].map((slug) => quoted(loaded.get(slug).facts.id));
      const command = `defi compare ${ids.join(" ")} --round ${quoted(given.round)}`;
      rows.push(line(bdi(label), el("td", { colspan: "3" }, say.no_pair, " ", el("code", {}, bdi(command)))));
    });
    const head = [say.pair, say.difference, say.bounds, say.verdict].map((word) => column(word));
    return table("pairs-caption", say.pairs_caption, head, [el("tbody", {}, ...rows)]);
  };

  // The same by track and language: a column for each pair whose parts are known, or nothing.
  const parts = () => {
    const known = couples()
      .map(([first, second]) => [first, second, difference(first, second)?.parts]).filter((pair) => pair[2]);
    if (!known.length) return [];
    const head = [column(say.part), ...known.map(([first, second]) =>
      column(bdi(fill(say.less, { first: names.get(first), second: names.get(second) }))))];
    const cells = (kind, name) => known.map(([, , found]) => {
      const one = found[kind]?.[name];
      if (!one) return cell(say.none);
      const shown = one[1] > 0 || one[2] < 0;
      return cell(el(shown ? "b" : "span", {}, gap(one[0])), " ",
        el("span", { class: "interval nowrap" }, bounds(one[1], one[2], gap)));
    });
    const group = (kind, title, entries) => known.some(([, , found]) => found[kind]) ? [el("tbody", {},
      el("tr", { class: "group" }, el("th", { scope: "rowgroup", colspan: String(known.length + 1) }, title)),
      ...entries.map(([name, label]) => line(label, ...cells(kind, name))))] : [];
    return [el("p", { class: "prose" }, say.parts_lead), table("parts-caption", say.parts_caption, head,
      [...group("track", say.tracks, given.tracks), ...group("language", say.languages, given.languages)])];
  };

  const figure = ([task, title, levels, page], rows, number) => {
    const series = rows.map((facts, place) => ({ slug: chosen[place], style: place, points: facts.tasks[task]?.[1] ?? [] }));
    const drawn = series.filter((one) => one.points.length);
    const said = drawn.map((one) => fill(say.curve_line, {
      name: names.get(one.slug), first: whole(one.points[0][1] * 100), last: whole(one.points[one.points.length - 1][1] * 100),
      low: one.points[0][0], high: one.points[one.points.length - 1][0],
    }));
    const words = {
      title: fill(say.curve_title, { task: title }), description: [...said, say.table_follows].join(" "),
      level: say.level, score: (value) => whole(value * 100),
    };
    const heading = el("figcaption", {}, el("h3", {}, el("a", { href: page }, title)));
    if (!drawn.length) return el("figure", {}, heading, el("p", { class: "small" }, say.no_curve));
    const values = drawn.map((one) => new Map(one.points.map(([level, ...estimate]) => [level, estimate])));
    const lines = Array.from({ length: levels }, (_, place) => line(String(place + 1),
      ...values.map((found) => measured(found.get(place + 1)))));
    const head = [column(say.level), ...drawn.map((one) => column(bdi(names.get(one.slug))))];
    const caption = fill(say.curve_caption, { task: title });
    return el("figure", {}, heading, curves.draw(drawn, levels, given.thresholds, words), el("details", {},
      el("summary", {}, say.as_table), table(`curve-${number}`, caption, head, [el("tbody", {}, ...lines)])));
  };

  // ---- questions on which they differ: of rounds whose questions may be read ----
  let questions = given.questions;
  const scores = new Map(Object.entries(given.scores ?? {}));
  const loadScores = async (slug) => {
    if (!questions) questions = await read("../data/outcomes/questions.json");
    if (!scores.has(slug)) scores.set(slug, await read(`../data/outcomes/${slug}.json`));
  };
  const spread = (values) => Math.max(...values) - Math.min(...values);
  const differing = (task) => {
    const own = chosen.map((slug) => scores.get(slug)[task]);
    if (own.some((values) => !values)) return null;
    return questions[task].map(([page, level, language], place) => {
      const values = own.map((one) => one[place]);
      return { page, level, language, place, values, spread: values.includes(null) ? 0 : spread(values) };
    }).filter((one) => one.spread > 0).sort((one, two) => two.spread - one.spread || one.place - two.place);
  };
  const languages = new Map(given.languages);
  const score2 = format(2);
  const taskItems = ([task, title], number) => {
    const found = questions[task] ? differing(task) : null;
    if (!found || !found.length) return [];
    const shown = found.slice(0, LISTED);
    const lines = shown.map((one) => line(el("a", { href: one.page }, fill(say.question_name, {
      level: one.level, language: languages.get(one.language) ?? one.language, number: one.place + 1,
    })), ...one.values.map((value) => cell(Number.isInteger(value) ? whole(value) : score2(value)))));
    const head = [column(say.question), ...chosen.map((slug) => column(bdi(names.get(slug))))];
    const count = { task: title, differ: whole(found.length), all: whole(questions[task].length) };
    return [el("details", {}, el("summary", {}, fill(say.items_task, count)),
      ...(shown.length < found.length ? [el("p", { class: "small" }, fill(say.items_more, { shown: LISTED }))] : []),
      table(`items-${number}`, fill(say.items_caption, { task: title }), head, [el("tbody", {}, ...lines)]))];
  };
  const showItems = async (asked) => {
    $("items-section").hidden = true;
    if (!given.open || chosen.length < 2) return;
    const answers = await Promise.allSettled(chosen.map(loadScores));
    if (answers.some((answer) => answer.status === "rejected")) return; // opened from disk: the rest is there
    if (asked !== chosen.join()) return;
    const blocks = given.tasks.flatMap(taskItems);
    $("place-items").replaceChildren(...(blocks.length ? blocks : [el("p", {}, say.items_none)]));
    $("items-section").hidden = false;
  };

  const show = async () => {
    $("result").hidden = $("loading").hidden = true;
    if (!chosen.length) return;
    const asked = chosen.join();
    $("loading").hidden = false;
    const answers = await Promise.allSettled(chosen.map(load));
    if (asked !== chosen.join()) return; // another choice was made while these were read
    $("loading").hidden = true;
    const failed = chosen.filter((_, place) => answers[place].status === "rejected");
    if (failed.length) {
      notice(location.protocol === "file:" ? say.from_disk
        : fill(say.failed, { names: list.format(failed.map((slug) => names.get(slug))) }));
      return;
    }
    const rows = chosen.map((slug) => loaded.get(slug).facts);
    $("place-beside").replaceChildren(beside(rows));
    $("pairs-section").hidden = chosen.length < 2;
    $("place-pairs").replaceChildren(...(chosen.length < 2 ? [] : [pairs(), ...parts()]));
    $("place-legend").replaceChildren(el("ul", { class: "legend" }, ...chosen.map((slug, place) =>
      el("li", {}, curves.swatch(place), " ", bdi(names.get(slug))))));
    $("place-curves").replaceChildren(...given.tasks.map((task, number) => figure(task, rows, number)));
    $("result").hidden = false;
    showItems(asked);
    const called = chosen.map((slug) => names.get(slug));
    $("said").textContent = called.length === 1 ? fill(say.alone, { name: called[0] })
      : fill(say.said, { names: list.format(called) });
  };

  // ---- choosing ----
  const notice = (text) => {
    $("notice")?.remove();
    if (text) $("find").parentNode.before(el("p", { id: "notice", class: "notice", role: "alert" }, text));
  };
  const keep = () => {
    const address = new URL(location.href);
    address.search = chosen.map((slug) => `with=${encodeURIComponent(slug)}`).join("&");
    try {
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "SecurityError") throw error; // some browsers keep the address of a page opened from disk
    }
  };
  const change = (slugs) => {
    chosen = slugs;
    notice("");
    keep();
    fillChosen();
    fillChoices();
    show();
  };
  const fillChosen = () => {
    $("nothing").hidden = chosen.length > 0;
    $("clear").disabled = $("link").disabled = chosen.length === 0;
    $("chosen").replaceChildren(...chosen.map((slug, place) => {
      const button = el("button", { type: "button", "aria-label": fill(say.remove, { name: names.get(slug) }) }, "×");
      button.addEventListener("click", () => {
        change(chosen.filter((other) => other !== slug));
        ($("chosen").querySelectorAll("button")[Math.min(place, chosen.length - 1)] ?? $("find")).focus();
      });
      return el("li", {}, curves.swatch(place), bdi(names.get(slug)), button);
    }));
  };
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase(locale);
  let sought = null; // made when it is first asked for
  const fillChoices = () => {
    const words = folded($("find").value).split(/\s+/).filter(Boolean);
    if (words.length && !sought) sought = given.index.map(([slug, name, team]) => folded(`${name} ${team} ${slug}`));
    const found = given.index.filter((_, place) => words.every((word) => sought[place].includes(word)));
    const order = [...found.filter(([slug]) => chosen.includes(slug)), ...found.filter(([slug]) => !chosen.includes(slug))];
    $("choices").replaceChildren(...(words.length ? found : order).slice(0, given.shown).map(([slug, name, team, kind]) => {
      const box = el("input", { type: "checkbox", value: slug });
      box.checked = chosen.includes(slug);
      const aside = team + say.kinds[kind];
      return el("li", {}, el("label", {}, box, " ", el("span", {}, bdi(name), " ", el("span", { class: "team" }, bdi(aside)))));
    }));
    const shown = Math.min(found.length, given.shown);
    const count = fill(say.found, { shown: whole(shown), all: whole(given.index.length) });
    $("found").textContent = !found.length ? say.none_found : shown < found.length ? `${count} ${say.refine}` : count;
  };
  const choose = (box) => {
    if (box.checked && chosen.length >= given.most) {
      box.checked = false;
      notice(say.full);
      return;
    }
    const slug = box.value;
    change(box.checked ? [...chosen, slug] : chosen.filter((other) => other !== slug));
    [...$("choices").querySelectorAll("input")].find((other) => other.value === slug)?.focus();
  };

  $("choices").addEventListener("change", (event) => choose(event.target));
  $("find").addEventListener("input", fillChoices);
  $("clear").addEventListener("click", () => { change([]); $("find").focus(); });
  $("link").addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.href);
    $("link").textContent = $("said").textContent = say.linked;
    setTimeout(() => { $("link").textContent = say.link; }, 4000);
  });

  const start = () => {
    const asked = [...new Set(new URLSearchParams(location.search).getAll("with"))];
    change(asked.filter((slug) => names.has(slug)).slice(0, given.most));
    const strange = asked.filter((slug) => !names.has(slug));
    // Who made the address must not be able to write a sentence onto this page: only names of pages are repeated.
    const repeated = strange.filter((slug) => /^[a-z0-9][a-z0-9._~-]{0,59}--[a-z0-9][a-z0-9._~-]{0,59}$/.test(slug))
      .slice(0, given.most);
    if (repeated.length < strange.length) repeated.push("…");
    if (strange.length) notice(fill(say.unknown, { names: list.format(repeated) }));
  };
  $("without").remove();
  $("link").hidden = !navigator.clipboard;
  $("chooser").classList.add("ready");
  $("chooser").hidden = given.index.length < 1;
  start();
})();
