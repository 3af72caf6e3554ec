// The page's only style sheet; security_headers() admits it by its hash. System fonts, no images.
#pragma once

#include <string_view>

namespace clawvigil::web {

inline constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#f4f5f7;--card:#fff;--ink:#1b1f27;--soft:#596273;--line:#e1e4ea;
--head:#17202e;--good:#14663b;--good-bg:#e0f3e8;--bad:#a11a25;--bad-bg:#fde5e6;--unk:#7a5200;
--unk-bg:#fdf0d3;--plain-bg:#eceef2;--link:#1556b0}
@media (prefers-color-scheme:dark){:root{--bg:#0f1319;--card:#181e27;--ink:#e6e9ef;--soft:#9aa5b5;
--line:#2b3442;--head:#0a0d12;--good:#7fdba6;--good-bg:#14352a;--bad:#ffa1a6;--bad-bg:#47191f;
--unk:#f2c76b;--unk-bg:#3c2f10;--plain-bg:#262f3c;--link:#86b8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);line-height:1.5;
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.w{max-width:70rem;margin:0 auto;padding:0 1.25rem}
a{color:var(--link)}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
header{background:var(--head);color:#fff;padding:1.5rem 0 1rem;margin-bottom:1.5rem}
header .name{margin:0;font-size:.8rem;letter-spacing:.14em;text-transform:uppercase;color:#9db4d6}
h1{margin:.1rem 0 .2rem;font-size:1.75rem;line-height:1.2;overflow-wrap:anywhere}
header .sub{margin:0;color:#b7c2d3;font-size:.9rem;font-variant-numeric:tabular-nums}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem 1.25rem;margin:1rem 0 0;padding:0}
nav a{color:#d5e3fa;text-underline-offset:.25em;overflow-wrap:anywhere}
h2{margin:0 0 .25rem;font-size:1.25rem;overflow-wrap:anywhere}
h3{margin:1.75rem 0 .5rem;font-size:1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1.25rem;
margin:0 0 1.25rem}
.cards{list-style:none;margin:0;padding:0;display:grid;gap:1.25rem;
grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));margin-bottom:1.25rem}
.cards .card{margin:0}
.cards h3{margin:0;font-size:.85rem;font-weight:600;color:var(--soft)}
.big{margin:.35rem 0 .1rem;font-size:1.75rem;line-height:1.3;font-weight:650;
font-variant-numeric:tabular-nums}
.big .b{font-size:1.25rem}.of{font-size:1.1rem;font-weight:400;color:var(--soft)}
.note,small{color:var(--soft);font-size:.85rem;margin:.25rem 0;overflow-wrap:anywhere}
.b{display:inline-block;padding:.05rem .55rem;border-radius:.35rem;background:var(--plain-bg);
font-size:.875rem;font-weight:600;overflow-wrap:anywhere}
td .b{white-space:nowrap}
.b.g{color:var(--good);background:var(--good-bg)}
.b.x{color:var(--bad);background:var(--bad-bg)}
.b.u{color:var(--unk);background:var(--unk-bg)}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(24rem,1fr));gap:0 3rem;margin:1rem 0 0}
.facts>div{display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:space-between;padding:.45rem 0;
border-bottom:1px solid var(--line)}
dt{color:var(--soft)}
dd{margin:0 0 0 auto;text-align:right;overflow-wrap:anywhere}
.facts+.scroll{margin-top:1rem}
.figures{display:flex;flex-wrap:wrap;gap:.75rem 2.5rem;margin:.5rem 0 1rem}
.figures dt{font-size:.85rem}
.figures dd{margin:0;text-align:left;font-size:1.25rem;font-weight:650;font-variant-numeric:tabular-nums}
.plain{list-style:none;margin:.4rem 0 0;padding:0}.plain li{padding:.2rem 0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.925rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .9rem .5rem 0;
border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
td small,th small{overflow-wrap:break-word}
thead th{color:var(--soft);font-weight:600;font-size:.8rem;white-space:nowrap}
tbody th{font-weight:600}
tbody th small{display:block;font-weight:400}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
code{font:.9em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
footer{color:var(--soft);font-size:.85rem;padding:.5rem 0 2rem}
@media (max-width:36rem){.w{padding:0 .75rem}.card{padding:1rem}.cards{gap:.75rem;
grid-template-columns:1fr 1fr}.cards .card{padding:.8rem}.facts{grid-template-columns:1fr}
table{font-size:.875rem}td,th{padding-right:.8rem}
thead th{white-space:normal;vertical-align:bottom}tbody th{min-width:7rem}td small{display:block}}
@media print{header{background:none;color:inherit}.card{break-inside:avoid}}
)css";

// Base64 of its SHA-256; a test compares and tells the right one.
inline constexpr std::string_view kStyleHash = "9IcGROZ/1TWo8dHZXzhnhMaquxDq4MJaLfQlwwhJskQ=";

}  // namespace clawvigil::web
