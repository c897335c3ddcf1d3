"""Circulars as people forward them, with the programs that they have."""

import base64
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from quopri import encodestring

from sqlalchemy import select

from access.models import Network
from accounts.models import Member
from circulars import addresses
from inbound.actions import receive
from inbound.models import Received
from tests.world import World

CIRCULARS = "circulaires+{token}@example.org"
TITLE = "Réunion des CIP de Loire-Atlantique"


def circular_address(world: World, slug: str = "coorace") -> str:
    """Where the circulars of a network are forwarded."""
    network_id, settings = world.network(slug), world.app.extensions["maillage.settings"]
    return world.act(lambda s: addresses.addresses(s, settings, [network_id]))[network_id]


def comes_in(world: World, mail: EmailMessage | MIMEMultipart | bytes) -> Received:
    """A mail comes in, and the worker deals with it."""
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    world.act(lambda s: receive(s, raw))
    world.work()
    return world.all(select(Received).order_by(Received.id))[-1]


def circular(
    to: str, sender: Member, words: str = "Le 12 mars 2026 à 14 h.", **headers: str
) -> EmailMessage:
    """A mail in plain text."""
    written = EmailMessage()
    written["From"] = headers.pop("From", f"{sender.name} <{sender.email}>")
    written["To"] = to
    written["Subject"] = headers.pop("Subject", f"Fwd: {TITLE}")
    written["Message-ID"] = headers.pop("Number", "<1@mail.example.org>")
    for name, value in headers.items():
        written[name.replace("_", "-")] = value
    written.set_content(words)
    return written


def renew(world: World, administrator: Member, slug: str = "coorace") -> None:
    """An administrator gives a network another address."""
    network_id = world.network(slug)
    world.act_as(
        administrator,
        lambda s, viewer: addresses.renew(
            s, viewer, s.get_one(Network, network_id), by=s.get_one(Member, administrator.id)
        ),
    )


# --- what each program writes ------------------------------------------------------------------


def _raw(to: str, sender: str, subject: str, *more: str, body: str, kind: str) -> bytes:
    head = "\r\n".join(
        (
            f"From: =?utf-8?B?{base64.b64encode('Adèle Voisin'.encode()).decode()}?= <{sender}>",
            f"To: {to}",
            f"Subject: =?utf-8?Q?{_q(subject)}?=",
            "Message-ID: <orig@example.org>",
            "MIME-Version: 1.0",
            *more,
            f"Content-Type: {kind}; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
        )
    )
    coded = encodestring(body.replace("\n", "\r\n").encode())
    return head.encode() + b"\r\n\r\n" + coded


def _q(words: str) -> str:
    return "".join(
        c if c.isalnum() and c.isascii() else "".join(f"={byte:02X}" for byte in c.encode())
        for c in words
    )


def outlook(to: str, sender: str) -> bytes:
    """Outlook for Windows: « TR : », headers in bold, fields of Word."""
    body = f"""<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<style><!-- p.MsoNormal {{margin:0cm}} --></style></head><body lang="FR"><div class="WordSection1">
<p class="MsoNormal">Bonjour, pour publication. Merci&nbsp;!<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">
<p class="MsoNormal"><b>De&nbsp;:</b> COORACE &lt;info@coorace.example&gt; <br>
<b>Envoyé&nbsp;:</b> lundi 2 mars 2026 09:12<br>
<b>À&nbsp;:</b> Adèle Voisin &lt;{sender}&gt;<br>
<b>Objet&nbsp;:</b> {TITLE}<o:p></o:p></p></div></div>
<p class="MsoNormal">Nous nous retrouvons le <b>jeudi 12 mars 2026</b> de 9h30 à 12h.</p>
<p class="MsoNormal">Lieu : Maison des associations, Nantes</p>
<ul type="disc"><li class="MsoNormal">Actualité des PMSMP</li>
<li class="MsoNormal">Tour de table</li></ul>
<p class="MsoNormal">Inscription : <a href="https://coorace.example/cip">le formulaire</a>.</p>
</div></body></html>"""
    return _raw(to, sender, f"TR : {TITLE}", body=body, kind="text/html")


def outlook_web(to: str, sender: str) -> bytes:
    """Outlook on the web: #divRplyFwdMsg, « Tr: »."""
    body = f"""<html><head><style type="text/css">P {{margin-top:0;}}</style></head><body dir="ltr">
<div class="elementToProof">Bonne journée</div><div id="Signature"><div>Adèle Voisin</div></div>
<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">
<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif"><b>De :</b> COORACE
&lt;info@coorace.example&gt;<br><b>Envoyé :</b> lundi 2 mars 2026 09:12<br>
<b>À :</b> Adèle &lt;{sender}&gt;<br><b>Cc :</b> Bruno &lt;b@example.org&gt;<br>
<b>Objet :</b> {TITLE}</font><div>&nbsp;</div></div>
<div><p>Nous nous retrouvons le jeudi 12 mars 2026 de 9h30 à 12h.</p>
<p>Lieu : Maison des associations, Nantes</p><ul><li>Actualité des PMSMP</li><li>Tour de table</li>
</ul><p>Inscription : <a href="https://coorace.example/cip">le formulaire</a>.</p></div>
</body></html>"""
    return _raw(to, sender, f"Tr: {TITLE}", body=body, kind="text/html")


def gmail(to: str, sender: str) -> bytes:
    """Gmail: « Forwarded message », in text and in HTML."""
    body = f"""<div dir="ltr">Pour le site.<br><br><div class="gmail_quote gmail_quote_container">
<div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>De : <strong
class="gmail_sendername" dir="auto">COORACE</strong> <span dir="auto">&lt;<a
href="mailto:info@coorace.example">info@coorace.example</a>&gt;</span><br>Date: lun. 2 mars 2026 à
09:12<br>Subject: {TITLE}<br>To: Adèle &lt;<a href="mailto:{sender}">{sender}</a>&gt;<br></div>
<br><br><p>Nous nous retrouvons le <b>jeudi 12 mars 2026</b> de 9h30 à 12h.</p>
<p>Lieu : Maison des associations, Nantes</p><ul><li>Actualité des PMSMP</li><li>Tour de table</li>
</ul><p>Inscription : <a href="https://coorace.example/cip">le formulaire</a>.</p>
<p style="font-size:10px"><a href="https://coorace.example/non">Se désinscrire</a></p>
</div></div>"""
    return _raw(to, sender, f"Fwd: {TITLE}", body=body, kind="text/html")


def thunderbird(to: str, sender: str) -> bytes:
    """Thunderbird: a table of headers; text only here, cut at 72 letters."""
    body = f"""



-------- Message transféré --------
Sujet : \t{TITLE}
Date : \tMon, 2 Mar 2026 09:12:00 +0100
De : \tCOORACE <info@coorace.example>
Répondre à : \tinfo@coorace.example
Pour : \tAdèle <{sender}>



Nous nous retrouvons le jeudi
12 mars 2026 de 9h30 à 12h.

Lieu : Maison des associations, Nantes

- Actualité des PMSMP
- Tour de table

Inscription : https://coorace.example/cip
"""
    return _raw(to, sender, f"Fwd: {TITLE}", body=body, kind="text/plain")


def thunderbird_html(to: str, sender: str) -> bytes:
    """Thunderbird, in HTML."""
    rows = "".join(
        f'<tr><th valign="BASELINE" align="RIGHT">{name} : </th><td>{said}</td></tr>'
        for name, said in (
            ("Sujet", TITLE),
            ("Date ", "Mon, 2 Mar 2026 09:12:00 +0100"),
            (
                "De ",
                'COORACE <a href="mailto:info@coorace.example">&lt;info@coorace.example&gt;</a>',
            ),
            ("Pour ", f"Adèle &lt;{sender}&gt;"),
        )
    )
    body = f"""<html><head></head><body><p>Bien à vous</p><div class="moz-forward-container"><br>
<br>-------- Message transféré --------
<table class="moz-email-headers-table" cellspacing="0"><tbody>{rows}</tbody></table><br><br>
<p>Nous nous retrouvons le <b>jeudi 12 mars 2026</b> de 9h30 à 12h.</p>
<p>Lieu : Maison des associations, Nantes</p><ul><li>Actualité des PMSMP</li><li>Tour de table</li>
</ul><p>Inscription : <a href="https://coorace.example/cip">le formulaire</a>.</p></div></body>"""
    return _raw(to, sender, f"Fwd: {TITLE}", body=body, kind="text/html")


def orange(to: str, sender: str) -> bytes:
    """Orange: lower case headers under a line."""
    body = f"""
envoyé : 2 mars 2026 à 09:40
de : Adèle <{sender}>
à : reseau@example.org
objet : TR: {TITLE}



> Message du 02/03/26 09:12
> De : "COORACE" <info@coorace.example>
> A : "Adèle" <{sender}>
> Copie à :
> Objet : {TITLE}
>
> Nous nous retrouvons le jeudi 12 mars 2026 de 9h30 à 12h.
>
> Lieu : Maison des associations, Nantes
>
> - Actualité des PMSMP
> - Tour de table
>
> Inscription : https://coorace.example/cip
"""
    return _raw(to, sender, f"TR: Fwd: TR : {TITLE}", body=body, kind="text/plain")


def apple(to: str, sender: str) -> bytes:
    """Apple Mail: « Début du message réexpédié »."""
    body = f"""


> Début du message réexpédié :
>
> De: COORACE <info@coorace.example>
> Objet: {TITLE}
> Date: 2 mars 2026 à 09:12:00 UTC+1
> À: Adèle <{sender}>
>
> Nous nous retrouvons le jeudi 12 mars 2026 de 9h30 à 12h.
>
> Lieu : Maison des associations, Nantes
>
> - Actualité des PMSMP
> - Tour de table
>
> Inscription : https://coorace.example/cip

Envoyé de mon iPhone
"""
    return _raw(to, sender, f"Fwd: {TITLE}", body=body, kind="text/plain")


def as_attachment(to: str, sender: str) -> bytes:
    """A mail forwarded as a file."""
    inner = MIMEText(
        "Nous nous retrouvons le jeudi 12 mars 2026 de 9h30 à 12h.\n\n"
        "Lieu : Maison des associations, Nantes\n\n- Actualité des PMSMP\n- Tour de table\n\n"
        "Inscription : https://coorace.example/cip\n",
        "plain",
        "utf-8",
    )
    inner["Subject"] = TITLE
    inner["From"] = "COORACE <info@coorace.example>"
    mail = MIMEMultipart()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "TR:"
    mail["Message-ID"] = "<orig@example.org>"
    mail.attach(MIMEText("Voir ci-joint.", "plain", "utf-8"))
    mail.attach(MIMEMessage(inner))
    return mail.as_bytes()


PROGRAMS = {
    one.__name__: one
    for one in (
        outlook, outlook_web, gmail, thunderbird, thunderbird_html, orange, apple, as_attachment,
    )
}  # fmt: skip
