/** Of the page of the events. Colours are at least 4.5 to 1 against their ground in both schemes (WCAG 2.2, 1.4.3). */
export const STYLE = `
:root { color-scheme: light dark; --ground: light-dark(#fff, #16181d); --text: light-dark(#1c2024, #e6e8eb);
  --faint: light-dark(#5a6169, #a3abb5); --line: light-dark(#d9dde2, #363b44); --panel: light-dark(#f4f6f8, #1f232b);
  --link: light-dark(#0b5cad, #84b9f5); }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 1rem 2.5rem;
  font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--ground); }
.skip:focus { left: 0; top: 0; z-index: 1; }
header { grid-column: 1 / -1; }
main > :first-child { margin-top: 0; }
nav { position: sticky; top: 1rem; align-self: start; max-height: calc(100vh - 2rem); overflow-y: auto; font-size: .9375rem; }
nav h2 { font-size: 1rem; margin: 0 0 .25rem; border: 0; padding: 0; }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; }
nav li a { display: block; text-decoration: none; }
nav li a, nav summary { padding: .25rem 0; }
nav a:hover { text-decoration: underline; }
nav summary { font-weight: 600; cursor: pointer; }
h1 { line-height: 1.2; margin: 0 0 .5rem; }
h1 small, th small { font-weight: 400; color: var(--faint); }
h2 { margin: 3rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { margin: 2.5rem 0 .25rem; font-size: 1.125rem; }
h3 code { font-size: 1.125rem; margin-right: .5rem; }
h4 { margin: 0; font-size: 1rem; }
p { margin: .5rem 0; max-width: 46rem; }
.links { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875rem; }
.pattern { color: var(--faint); overflow-wrap: anywhere; }
.shape { color: var(--faint); }
.wide { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { text-align: left; vertical-align: top; padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); }
td:last-child { min-width: 14rem; }
thead th { font-weight: 600; color: var(--faint); }
tbody th { font-weight: 400; white-space: nowrap; }
figure { margin: .75rem 0; }
figcaption { color: var(--faint); font-size: .9375rem; }
pre { margin: .25rem 0; padding: .75rem 1rem; overflow-x: auto; background: var(--panel); border-radius: .375rem; }
.reply { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--line); }
@media (max-width: 50rem) {
  body { display: block; }
  nav { position: static; max-height: none; }
  nav ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
  nav li a, nav summary { padding: .375rem 0; }
  thead { display: none; }
  tr { display: grid; grid-template-columns: 1fr 1fr; border-bottom: 1px solid var(--line); padding: .375rem 0; }
  th, td { border: 0; padding: .125rem .5rem .125rem 0; }
  td:last-child { grid-column: 1 / -1; min-width: 0; }
}
`;
