// The page's only style sheet; security_headers() admits it by its hash. System fonts, no images.
#pragma once

#include <string_view>

namespace clawvigil::web {

inline constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#f4f5f7;--card:#fff;--ink:#1b1f27;--soft:#566070;--line:#dfe3e9;
--head:#17202e;--good:#14663b;--good-bg:#e0f3e8;--bad:#a11a25;--bad-bg:#fde5e6;--unk:#734d00;
--unk-bg:#fdf0d3;--plain-bg:#eceef2;--link:#1556b0;--code:#f0f2f5;--bar:#4a78b8;--hi:#c32430;
--band:#cfdcee}
@media (prefers-color-scheme:dark){:root{--bg:#0f1319;--card:#181e27;--ink:#e6e9ef;--soft:#9fa9b8;
--line:#2f3846;--head:#0a0d12;--good:#7fdba6;--good-bg:#14352a;--bad:#ffa1a6;--bad-bg:#47191f;
--unk:#f2c76b;--unk-bg:#3c2f10;--plain-bg:#262f3c;--link:#86b8ff;--code:#10151d;--bar:#6fa0e6;
--hi:#ff7b84;--band:#2b3d57}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);line-height:1.5;
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.w{max-width:62rem;margin:0 auto;padding:0 1.25rem}
a{color:var(--link)}
.skip,.vh{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--card);color:var(--link);padding:.5rem 1rem;z-index:1}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:.2rem}
main:focus{outline:0}
header{background:var(--head);color:#fff;padding:1.6rem 0 1.1rem;margin-bottom:1.25rem}
header :focus-visible{outline-color:#9cc5ff}
header .name{margin:0;color:#aebfd8;font-size:.9rem;overflow-wrap:anywhere}
h1{margin:.15rem 0 .35rem;font-size:2rem;line-height:1.15;letter-spacing:-.01em}
header .sub{margin:0;color:#bcc7d6;font-size:.9rem;font-variant-numeric:tabular-nums}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;margin:.9rem 0 0;padding:0}
nav a{color:#d5e3fa;text-underline-offset:.25em;display:inline-block;padding:.15rem 0}
h2{margin:0 0 .5rem;font-size:1.25rem;line-height:1.3}
#details{margin:1.75rem 0 .6rem}
h3{margin:1.5rem 0 .4rem;font-size:1rem;overflow-wrap:anywhere}
h4,h5{margin:1.4rem 0 .3rem;font-size:.95rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;
padding:1.1rem 1.25rem;margin:0 0 1rem}
details.card{padding:0 1.25rem;margin:0 0 .5rem}
details.card[open]{padding-bottom:1rem}
summary{cursor:pointer;padding:.6rem 0;color:var(--link)}
summary h3{display:inline;margin:0;color:var(--ink)}
details.area{border-top:1px solid var(--line)}
details.area summary{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline}
details.area summary h3{flex:0 0 11rem}
details.area summary h3:before{content:"\25B8";color:var(--soft);display:inline-block;width:1.1em}
details.area[open] summary h3:before{content:"\25BE"}
summary::-webkit-details-marker{color:var(--soft)}
details.area summary{list-style:none}
details.area summary::-webkit-details-marker{display:none}
.fixes{list-style:none;margin:0;padding:0}
.fix{border-left:.3rem solid var(--line);padding:.1rem 0 .1rem 1rem;margin:0 0 1.25rem}
.fix.x{border-color:var(--hi)}.fix.u{border-color:#c98a12}
.fix h3{margin:0;font-size:1.05rem;line-height:1.45}
.fix p{margin:.25rem 0;max-width:46rem;overflow-wrap:anywhere}
.do{overflow-wrap:anywhere}
time{white-space:nowrap}
code{font:.875em ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;
overflow-wrap:anywhere}
code.c{background:var(--code);border:1px solid var(--line);border-radius:.3rem;padding:.1rem .4rem;
user-select:all;-webkit-user-select:all;cursor:copy;-webkit-box-decoration-break:clone;
box-decoration-break:clone}
code.l{display:block;margin:.3rem 0;padding:.35rem .6rem}
.note,small,.small{color:var(--soft);font-size:.85rem;overflow-wrap:anywhere}
.note{margin:.25rem 0}
.b{display:inline-block;padding:.05rem .55rem;border-radius:.35rem;background:var(--plain-bg);
font-size:.85rem;font-weight:600;overflow-wrap:anywhere}
td .b{white-space:nowrap}
.b.g{color:var(--good);background:var(--good-bg)}
.b.x{color:var(--bad);background:var(--bad-bg)}
.b.u,.b.w{color:var(--unk);background:var(--unk-bg)}
.b.g:before{content:"\2713\A0";content:"\2713\A0"/""}
.b.x:before{content:"\25B2\A0";content:"\25B2\A0"/""}
.b.u:before{content:"?\A0";content:"?\A0"/""}
.b.w:before{content:"!\A0";content:"!\A0"/""}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(22rem,1fr));gap:0 2.5rem;
margin:.25rem 0 0}
.facts>div{display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:space-between;padding:.4rem 0;
border-bottom:1px solid var(--line)}
dt{color:var(--soft)}
dd{margin:0 0 0 auto;text-align:right;overflow-wrap:anywhere}
.facts+.scroll{margin-top:1rem}
.figures{display:flex;flex-wrap:wrap;gap:.5rem 2.5rem;margin:.25rem 0 .75rem}
.figures dt{font-size:.85rem}
.figures dd{margin:0;text-align:left;font-size:1.35rem;font-weight:650;
font-variant-numeric:tabular-nums}
figure{margin:.5rem 0}
svg{display:block;width:100%;height:auto}
svg.age{display:inline-block;width:7.5rem;height:.6rem;vertical-align:baseline}
.bar{fill:var(--bar)}.bar.hi{fill:var(--hi)}.band{fill:var(--band)}.track{fill:var(--plain-bg)}
.tick{fill:var(--ink)}.grid{stroke:var(--line)}.ax{fill:var(--soft);font-size:11px}
.key{display:inline-block;width:.8em;height:.8em;border-radius:.15em;background:var(--bar)}
.key.hi{background:var(--hi)}.key.band{background:var(--band)}
.plain{list-style:none;margin:.3rem 0 0;padding:0}
.plain li{padding:.2rem 0;overflow-wrap:anywhere}
th .small{font-weight:400}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.925rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .9rem .45rem 0;
border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
td small,th small{overflow-wrap:break-word;font-weight:400}
thead th{color:var(--soft);font-weight:600;font-size:.8rem;white-space:nowrap}
tbody th{font-weight:600;overflow-wrap:anywhere;min-width:9rem}
.nw{white-space:nowrap}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
footer{color:var(--soft);font-size:.85rem;padding:.5rem 0 2rem;overflow-wrap:anywhere}
@media (max-width:36rem){.w{padding:0 .75rem}.card{padding:1rem}details.card{padding:0 1rem}
h1{font-size:1.6rem}.facts{grid-template-columns:1fr}table{font-size:.875rem}td,th{padding-right:.8rem}
details.area summary h3{flex-basis:100%}.ax{font-size:19px}.fix{padding-left:.75rem}
thead th{white-space:normal;vertical-align:bottom}tbody th{min-width:7rem}td time{white-space:normal}}
@media print{header{background:none;color:inherit}.card{break-inside:avoid}}
)css";

// Base64 of its SHA-256; a test compares and tells the right one.
inline constexpr std::string_view kStyleHash = "aKc4drBUVDK46BLwLlx0Rz95cTPUWS2M782B433Kcp4=";

}  // namespace clawvigil::web
