"""The HTML of an e-mail: what is not on the list does not pass, however it is written."""

from __future__ import annotations

import pytest

from dossier.gabarits.html_inerte import fautes_html, mots


@pytest.mark.parametrize(
    "page",
    [
        '<!DOCTYPE html>\n<html lang="fr" dir="ltr" style="color-scheme: light dark;"></html>',
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        '<p style="color: rgb(1, 2, 3); background-color: HSL(1 2% 3% / .5);">a &lt;img&gt; url(x) /* */ \\</p>',
        "<p style='font-family: \"Segoe UI\", Arial'>a<br/>b</p>",
        '<a href="https://brume.test/payer?a=1&amp;b=2">a</a><a href="mailto:a@b.test">b</a><a HREF="tel:+331">c</a>',
        '<!--[if mso]><table width="640"><tr><td><![endif]-->a<!--[if mso]></td></tr></table><![endif]-->',
        "javascript:alert(1) expression(x) @import",
        "",
    ],
)
def test_une_page_sobre_passe(page: str) -> None:
    assert fautes_html(page) == []


@pytest.mark.parametrize(
    "style",
    [
        "background: url(//x.test/p.png)",
        "background: URL (//x.test/p.png)",
        "background: u\\72l(//x.test/p.png)",
        "background: u&#92;72l(//x.test/p.png)",
        "background: url&lpar;//x.test/p.png)",
        "background: &#117;rl&#40;//x.test/p.png&#41;",
        "background: u&#10;rl(//x.test)",
        "background: u/**/rl(//x.test)",
        "color: red /* url */",
        "background: image-set('x.png' 1x)",
        "background: -webkit-image-set('x.png' 1x)",
        "background: cross-fade('x.png', 'y.png')",
        "background: image('x.png')",
        "background: rgb(url(//x.test))",
        "background: ｕｒｌ(//x.test)",
        "color: xrgb(1)",
        "color: var(--x)",
        "color: attr(style)",
        "color: env(x)",
        "width: expression(alert(1))",
        "width: calc(1px)",
        "behavior: x",
        "-moz-binding: x",
        "position: fixed",
        "display: none",
        "background-image: none",
        "mso-hide: all",
        "content: 'x'",
        "@import 'x.css'",
        "color: red; @import 'x.css'",
        "filter: progid:DXImageTransform.Microsoft.AlphaImageLoader(src='x')",
        "--x: 1",
    ],
)
def test_aucun_style_ne_charge_ne_calcule_ni_ne_deguise(style: str) -> None:
    (premiere, *_) = fautes_html(f'<p style="{style}">a</p>')
    assert "dans un style" in premiere.quoi
    assert "retirer" in premiere.quoi


@pytest.mark.parametrize(
    "lien",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#9;script:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "&#1;javascript:alert(1)",
        "javascript&colon;alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "http://brume.test",
        "//brume.test",
        "https:brume.test",
        "https:\\\\brume.test",
        "https://",
        "https://brume.test/a b",
        "ftp://brume.test",
        "file:///etc/passwd",
        "cid:1",
        "#ancre",
        "relatif.html",
        "",
        "…",
        "https://…",
        "&#104;ttps://brume.test",
    ],
)
def test_un_lien_ne_mene_que_vers_https_mailto_ou_tel(lien: str) -> None:
    (faute,) = fautes_html(f'<a href="{lien}">a</a>')
    assert "n'est pas permis : l'écrire en toutes lettres" in faute.quoi


@pytest.mark.parametrize(
    ("page", "dit"),
    [
        (f"<{nom}>", f"la balise <{nom}>")
        for nom in [
            "script",
            "style",
            "link",
            "iframe",
            "frame",
            "frameset",
            "object",
            "embed",
            "applet",
            "form",
            "input",
            "button",
            "base",
            "img",
            "image",
            "svg",
            "math",
            "video",
            "audio",
            "source",
            "track",
            "picture",
            "template",
            "noscript",
            "portal",
            "marquee",
            "bgsound",
            "xmp",
            "plaintext",
            "textarea",
            "select",
            "details",
            "dialog",
            "map",
            "area",
            "canvas",
            "param",
            "isindex",
            "keygen",
            "font",
        ]
    ]
    + [
        ("</script>", "la balise <script>"),
        ('<p onclick="x()">', "l'attribut onclick"),
        ('<p ONLOAD="x()">', "l'attribut onload"),
        ('<table background="x.png">', "l'attribut background"),
        ('<p href="https://x.test">', "l'attribut href"),
        ('<a ping="https://x.test" href="tel:1">', "l'attribut ping"),
        ('<a target="_blank" href="tel:1">', "l'attribut target"),
        ('<meta http-equiv="Refresh" content="0;url=https://x">', "l'attribut http-equiv"),
        ('<meta http-equiv="refresh" content="0">', "l'attribut http-equiv"),
        ('<meta charset="utf-7">', "le seul codage permis est utf-8"),
        ('<meta name="referrer" content="unsafe-url">', "« referrer » n'est pas permis"),
        ('<p content="x">', "l'attribut content"),
        ('<td bgcolor="url(x)">', "la valeur « url(x) »"),
        ('<td width="expression(1)">', "la valeur « expression(1) »"),
        ('<p id="x">', "l'attribut id"),
        ("<!-- note -->", "une remarque"),
        ("<!-->", "une remarque"),
        ("<!---><p>", "une remarque"),
        ("<!--[if gte mso 9]><p><![endif]-->", "une remarque"),
        ("<!--[if !mso]><!--><p><!--<![endif]-->", "une remarque"),
        ("<![CDATA[x]]>", "une remarque"),
        ("<!ENTITY x>", "une remarque"),
        ("<!DOCTYPE html SYSTEM 'x'>", "une remarque"),
        ("<?xml-stylesheet href='x'?>", "pas écrite comme il le faut"),
        ("<v:rect>", "pas écrite comme il le faut"),
        ("<p/onclick=x>", "pas écrite comme il le faut"),
        ("<p style=color:red>", "pas écrite comme il le faut"),
        ('<p style="color: red"onclick="x">', "pas écrite comme il le faut"),
        ('<p lang="<img>">', "pas écrite comme il le faut"),
        ("<p hidden>", "pas écrite comme il le faut"),
        ("<p\x00>", "pas écrite comme il le faut"),
        ("a < b", "pas écrite comme il le faut"),
        ("<", "pas écrite comme il le faut"),
        ("<p", "pas écrite comme il le faut"),
        ("</p lang='x'>", "pas écrite comme il le faut"),
        ("<!--[if mso]>seulement Outlook<![endif]-->", "que dans Outlook"),
        ("<!--[if mso]><img><![endif]-->", "la balise <img>"),
        ("<!--[if mso]><p>", "n'est fermé par aucun"),
        ("<p><![endif]-->", "vont par deux"),
        ("<!--[if mso]><!--[if mso]><![endif]-->", "vont par deux"),
    ],
)
def test_rien_d_autre_ne_passe(page: str, dit: str) -> None:
    assert any(dit in faute.quoi for faute in fautes_html(page)), fautes_html(page)


def test_toutes_les_fautes_sont_dites_chacune_une_fois_avec_ce_qui_est_ecrit() -> None:
    fautes = fautes_html('<img src="x"><img src="x"><p onclick="y">')
    assert [faute.phrase("f") for faute in fautes] == [
        "f, « <img src=\"x\"> » : la balise <img> n'est pas permise dans un courriel, qui ne charge et n'exécute "
        "rien : la retirer.",
        "f, « <p onclick=\"y\"> » : l'attribut onclick n'est pas permis dans la balise <p> d'un courriel : le retirer.",
    ]


def test_une_page_demesuree_se_lit_vite() -> None:
    assert fautes_html("<p " + "a " * 50_000)
    assert fautes_html("<" * 20_000)
    assert fautes_html('<p style="' + "(" * 50_000 + '">')


def test_les_mots_d_une_page_sont_par_bloc() -> None:
    page = "<title>Objet</title><p>Saisie <strong>im</strong>minente<br>\nau 1 &lt; 2</p><li>a</li><li>b</li>"
    assert mots(page) == "Objet\nSaisie imminente\nau 1 < 2\na\nb"
