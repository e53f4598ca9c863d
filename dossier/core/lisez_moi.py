"""LISEZ-MOI.txt: how to read a sealed dossier, and to check it without this program."""

from __future__ import annotations

from datetime import datetime

from dossier.core.dates import horodate

VERIFIER_LES_EMPREINTES = (
    "sha256sum -c manifest-sha256.txt",
    "sha256sum -c tagmanifest-sha256.txt",
)
_JETON = "-in tagmanifest-sha256.txt.tsr"
VERIFIER_LE_JETON = f"openssl ts -verify -data tagmanifest-sha256.txt {_JETON} -CAfile ca-horodatage.pem"
LIRE_LE_JETON = f"openssl ts -reply {_JETON} -text"
VERIFIER_LE_SAC = "bagit.py --validate ."
A_LA_DATE_DU_JETON = (
    f"{VERIFIER_LE_JETON} -attime $(date -d \"$({LIRE_LE_JETON} | sed -n 's/^Time stamp: //p')\" +%s)"
)
VERIFIER_LES_ORIGINAUX = (
    'find data/originaux -name \'*.tsr\' -exec sh -c \'openssl ts -verify -data "${1%.tsr}" -in "$1"'
    ' -CAfile ca-horodatage.pem > /dev/null 2>&1 && echo "OK $1" || echo "ECHEC $1"\' sh {} \\;'
)
"""Each command is one line of a POSIX shell: a copy of the file with CRLF ends does not break it."""


_DOCUMENT_COMPLET = """
LE DOCUMENT COMPLET
-------------------
data/05-dossier-complet.pdf porte en lui son propre horodatage (PAdES). Un lecteur de PDF qui connaît les
signatures (Adobe Acrobat Reader : panneau « Signatures ») le vérifie seul, une fois ca-horodatage.pem ajouté
à ses certificats de confiance. Il prouve et ne prouve pas la même chose que la commande 2, pour ce fichier.
"""


def lisez_moi(dossier: str, mention: str, instant: datetime, *, relie: bool = False) -> str:
    """The text of LISEZ-MOI.txt; every line that begins with four spaces is a command, whole.

    `dossier`: the name of the bag; `mention`: what documents say of the authority; `instant`: when it was
    prepared (aware); `relie`: whether the merged PDF has its own timestamp. Formats: BagIt (RFC 8493),
    RFC 3161; the chain of the journal: `empreinte_fait`.
    """
    return f"""\
{dossier}
{"=" * len(dossier)}

Ce répertoire est un dossier de preuve scellé, préparé le {horodate(instant)}.
Il se lit et se vérifie sans aucun logiciel particulier : c'est un « sac » au format public BagIt (RFC 8493).
Commencez par data/00-note-de-remise.pdf.

CE QU'IL CONTIENT
-----------------
- data/ : requête, bordereau, décompte, chronologie, dossier complet en un seul PDF, lettres de remise
- data/pieces/ : copies numérotées des pièces, tamponnées « Pièce n° … » (une page de remplacement tient lieu
  d'une pièce dont le fichier ne peut pas être reproduit, et dit pourquoi)
- data/originaux/ : documents tels que reçus ou émis, chacun avec son jeton d'horodatage (.tsr)
- data/journal/ : suite datée des événements de chaque créance, un par ligne
- data/index.json : quelle pièce vient de quel original, total, fin de chaque journal, version remplacée
- manifest-sha256.txt, tagmanifest-sha256.txt : empreintes SHA-256 de tous ces fichiers
- tagmanifest-sha256.txt.tsr, ca-horodatage.pem : jeton qui scelle le dossier, certificat de l'autorité

LE VÉRIFIER EN TROIS COMMANDES
------------------------------
Décompressez le zip, ouvrez un terminal dans ce répertoire (celui de LISEZ-MOI.txt) et tapez les lignes en retrait.

1) Les empreintes

    {VERIFIER_LES_EMPREINTES[0]}
    {VERIFIER_LES_EMPREINTES[1]}

Prouve : chaque fichier est, octet pour octet, celui de la liste.
Ne prouve pas : que la liste est d'origine (voir 2), ni qu'aucun fichier n'a été ajouté (voir 3).
Windows : dans PowerShell, Get-FileHash donne l'empreinte d'un fichier, à comparer avec la liste.

2) Le jeton d'horodatage (RFC 3161)

    {VERIFIER_LE_JETON}
    {LIRE_LE_JETON}

Prouve : la liste existait, dans cet état exact, à la date que la seconde commande affiche (« Time stamp ») ;
rien n'a donc été modifié depuis.
Ne prouve pas : qui a écrit les documents, ni que leur contenu est vrai.
Autorité de ce dossier : {mention}.
Le certificat ca-horodatage.pem est fourni par commodité : il faut le comparer avec celui que publie l'autorité.
Sans cette comparaison, la commande montre seulement que le dossier est cohérent avec lui-même.

3) Le sac (outil libre de la Bibliothèque du Congrès : pip install bagit)

    {VERIFIER_LE_SAC}

Prouve : rien ne manque, et rien n'a été ajouté dans data/.
Ne prouve pas : plus que la commande 1 pour le reste.

QUAND LE CERTIFICAT DE L'AUTORITÉ EST ARRIVÉ À SON TERME
--------------------------------------------------------
La commande 2 dit alors « certificate has expired ». Le jeton vaut toujours s'il a été délivré avant ce terme :
l'option -attime fait juger le certificat à la date du jeton, en secondes depuis le 1er janvier 1970.

    {A_LA_DATE_DU_JETON}

Ne prouve pas : que le certificat n'a pas été révoqué avant cette date ; la liste des révocations que publie
l'autorité le dit.

LES ORIGINAUX
-------------
Chacun a été horodaté quand il a été produit ou reçu, avant le dossier. Tous d'un coup (OK ou ECHEC) :

    {VERIFIER_LES_ORIGINAUX}
{_DOCUMENT_COMPLET if relie else ""}
LE JOURNAL
----------
Dans data/journal/*.jsonl, « empreinte » est le SHA-256 de six valeurs séparées par un saut de ligne, sans saut
final : precedente, creance, numero, instant, auteur, texte. L'instant s'y écrit 2026-09-14T06:00:00+00:00 (le
journal note Z au lieu de +00:00). « precedente » est l'empreinte de la ligne d'avant, 64 zéros pour la
première : ôter, déplacer ou changer une ligne rompt la suite. Pour la dernière, l'index donne l'empreinte.
"""
