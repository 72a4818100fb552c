/** Look of a report: that of the gallery, in one sheet without anything to fetch. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #ffffff; --ink: #1d2430; --soft: #5a6472; --line: #dfdcd4; --code: #f2f0ea; --accent: #1f5fa8;
  --pass: #17663a; --pass-back: #e3f3e8; --fail: #a3211b; --fail-back: #fbe6e4; --caution: #7a5200; --caution-back: #fdf0d5;
  --reported: #4d5562; --reported-back: #eceef1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171c; --card: #1c2027; --ink: #e4e6ea; --soft: #a3abb8; --line: #333943; --code: #232831; --accent: #8ab8f0;
    --pass: #8fd8a8; --pass-back: #173324; --fail: #ffaaa2; --fail-back: #401c1a; --caution: #f2cf83; --caution-back: #3a2e14;
    --reported: #c3c9d2; --reported-back: #2b313a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif; }
header, main, footer { max-width: 56rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 3rem; }
footer { padding: 1.5rem 1.25rem 3rem; color: var(--soft); font-size: 0.875rem; }
h1, h2, h3, table, dl, nav, .meta, .badge, figcaption, summary { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 0.5rem; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 0.75rem; font-weight: 650; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem; }
p, ul { margin: 0 0 0.9rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
section { border-top: 1px solid var(--line); padding: 2rem 0 1.25rem; }
.meta { font-size: 0.875rem; color: var(--soft); overflow-wrap: anywhere; }
nav { font-size: 0.875rem; margin: 1.25rem 0 2rem; display: flex; flex-wrap: wrap; gap: 0.35rem 1.1rem; }
nav a { text-decoration: none; }
dl.facts { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 100%), 1fr)); margin: 1.25rem 0; }
dl.facts > div { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0.6rem 0.85rem; }
dl.facts dt { color: var(--soft); font-size: 0.8125rem; }
dl.facts dd { margin: 0; font-size: 1.2rem; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
figure { margin: 1.25rem 0; }
.plate { background: #ffffff; border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem; overflow-x: auto; }
.plate svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figcaption { font-size: 0.875rem; color: var(--soft); margin-top: 0.5rem; }
.equation { display: block; text-align: center; margin: 0.9rem 0; font-size: 1.05rem; overflow-x: auto; }
.equation sub { line-height: 0; font-size: 0.72em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; line-height: 1.45; margin: 0.5rem 0 1rem; }
caption { text-align: left; color: var(--soft); font-size: 0.875rem; padding-bottom: 0.25rem; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.9rem 0.4rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); font-size: 0.8125rem; }
th.number, td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td code { overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.86em; }
code { background: var(--code); padding: 0.1em 0.3em; border-radius: 3px; overflow-wrap: anywhere; }
pre { background: var(--code); border-radius: 6px; padding: 0.8rem 1rem; line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { background: none; padding: 0; font-size: inherit; }
.pair { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); }
.badge { display: inline-block; white-space: nowrap; font-size: 0.8125rem; font-weight: 600; line-height: 1.5; padding: 0 0.6em; border-radius: 1em; border: 1px solid currentcolor; }
.badge.pass { color: var(--pass); background: var(--pass-back); }
.badge.caution { color: var(--caution); background: var(--caution-back); }
.badge.fail { color: var(--fail); background: var(--fail-back); border-width: 2px; }
.badge.reported { color: var(--reported); background: var(--reported-back); border-style: dashed; }
.note { border-left: 4px solid var(--caution); background: var(--caution-back); padding: 0.6rem 1rem; border-radius: 0 6px 6px 0; margin: 0 0 1rem; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--accent); font-size: 0.9375rem; }
@media (max-width: 40rem) {
  body { font-size: 1rem; }
  header { padding-top: 1.75rem; }
  th, td { padding-right: 0.6rem; }
  .plate { padding: 0.4rem; }
}
@media print { body { background: none; } nav { display: none; } section { break-inside: avoid-page; } }
`;
