// Difficulty curves as SVG, drawn as `leaderboard/site/curves.py` draws them: same measures, same classes.
const curves = (() => {
  "use strict";
  const NAMESPACE = "http://www.w3.org/2000/svg";
  const WIDTH = 420, HEIGHT = 248, LEFT = 40, RIGHT = 12, TOP = 12, BOTTOM = 40, LOWEST = -0.6;

  const svg = (name, attributes, ...children) => {
    const node = document.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  };
  const n = (number) => number.toFixed(1).replace(/\.0$/, "");

  // A line through neighbouring levels; a level without a score breaks it.
  const polyline = (points, x, y) => {
    let path = "", before = null;
    for (const [level, value] of points) {
      path += `${before !== null && level === before + 1 ? "L" : "M"}${n(x(level))} ${n(y(value))}`;
      before = level;
    }
    return path;
  };

  const frame = (body, x, y, bottom, levels, thresholds, words) => {
    const scores = [...new Set([bottom, 0, ...thresholds, 1])].sort((a, b) => a - b);
    for (const score of scores) {
      const kind = thresholds.includes(score) ? "threshold" : score === 0 ? "chance" : "grid";
      body.append(svg("path", { class: kind, d: `M${LEFT} ${n(y(score))}H${WIDTH - RIGHT}` }));
      body.append(svg("text", { x: LEFT - 8, y: n(y(score) + 4.5), "text-anchor": "end" }, words.score(score)));
    }
    const every = levels <= 12 ? 1 : Math.ceil(levels / 10);
    for (let level = 1; level <= levels; level += every) {
      body.append(svg("text", { x: n(x(level)), y: HEIGHT - 22, "text-anchor": "middle" }, String(level)));
    }
    const middle = (LEFT + WIDTH - RIGHT) / 2;
    body.append(svg("text", { x: n(middle), y: HEIGHT - 4, "text-anchor": "middle" }, words.level));
  };

  // `series`: [{style, points: [[level, value, low, high], …]}]; `words`: {title, description, level, score(number)}.
  const draw = (series, levels, thresholds, words) => {
    const lows = series.flatMap((one) => one.points.map((point) => point[2]));
    const bottom = Math.max(Math.min(0, Math.floor(Math.min(0, ...lows) * 5) / 5), LOWEST);
    const step = (WIDTH - LEFT - RIGHT) / levels;
    const x = (level) => LEFT + (level - 0.5) * step;
    const y = (score) => TOP + (1 - Math.max(score, bottom)) / (1 - bottom) * (HEIGHT - TOP - BOTTOM);
    const body = svg("svg", {
      class: "curves", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", focusable: "false",
      "aria-label": `${words.title}. ${words.description}`,
    }, svg("title", {}, words.title), svg("desc", {}, words.description));
    frame(body, x, y, bottom, levels, thresholds, words);
    series.forEach((one, place) => {
      const shift = (place - (series.length - 1) / 2) * Math.min(6, 30 / levels);
      const at = (level) => x(level) + shift;
      const bars = one.points.map(([level, , low, high]) => `M${n(at(level))} ${n(y(low))}V${n(y(high))}`).join("");
      const marks = one.points.map(([level, value]) =>
        svg("use", { href: `#m${one.style}`, x: n(at(level)), y: n(y(value)) }));
      body.append(svg("g", { class: `s${one.style}` },
        svg("path", { class: "bars", d: bars }),
        svg("path", { class: "line", d: polyline(one.points, at, y) }), ...marks));
    });
    return body;
  };

  // A legend's sample of a series: line and marker.
  const swatch = (style) => svg("svg", {
    class: `swatch s${style}`, width: 30, height: 12, viewBox: "-15 -6 30 12", "aria-hidden": "true", focusable: "false",
  }, svg("path", { class: "line", d: "M-15 0H15" }), svg("use", { href: `#m${style}` }));

  return { draw, swatch };
})();
