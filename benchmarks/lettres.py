"""Letters per second, the same letters in the same run: ours, a bare warm LibreOffice, one soffice per letter.

Run by `make banc`; says what it measured and asserts nothing.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from unoserver.client import UnoClient

from dossier.adapters.config_yaml import charger, charger_droit
from dossier.adapters.convert_pdf import ConvertisseurUno
from dossier.adapters.convert_pdf.installation import commande, options, ports_libres
from dossier.adapters.render_docx import RenduDocx
from dossier.core.courriers import Contexte
from dossier.core.creance import Creancier
from dossier.core.echantillons import Cadre, Jeu, contexte, usages
from dossier.core.scenario import Scenario

DEPOT = Path(__file__).parents[1]
TEMPLATES, CONFIG = DEPOT / "templates", DEPOT / "config"
ENTREE, SORTIE, PDFA = "MS Word 2007 XML", "writer_pdf_Export", "SelectPdfVersion=2"
SORTIE_SOFFICE = f"pdf:{SORTIE}:" + json.dumps({"SelectPdfVersion": {"type": "long", "value": "2"}})

NU = "LibreOffice chaud nu, client unoserver"


class Lettre(NamedTuple):
    modele: str
    contexte: Contexte
    docx: Path


class Maniere(NamedTuple):
    nom: str
    faire: Callable[[Lettre], object]


def main() -> None:
    """Time each letter by every way in turn, so that a busy moment of the machine weighs on all of them."""
    tours = _arguments().tours
    with tempfile.TemporaryDirectory(prefix="banc-") as nom:
        dossier = Path(nom)
        rendu = RenduDocx(TEMPLATES)
        lettres = _lettres(rendu, dossier)
        with ConvertisseurUno(dossier / "dossier") as convertisseur, _libreoffice_nu(dossier) as client:
            manieres = (
                Maniere("dossier : rendu et conversion", partial(_dossier, rendu, convertisseur)),
                Maniere(NU, partial(_nu, client)),
                Maniere("un soffice --convert-to par lettre", partial(_soffice, dossier / "profil-soffice")),
                Maniere("pour mémoire : rendu seul", partial(_rendu, rendu)),
            )
            temps = _mesurer(manieres, lettres, tours)
    _montrer(temps, len(lettres), tours)


def _arguments() -> argparse.Namespace:
    lecteur = argparse.ArgumentParser(description="Lettres par seconde, devant LibreOffice seul.")
    lecteur.add_argument("--tours", type=int, default=2, help="passages sur toutes les lettres (2)")
    return lecteur.parse_args()


def _lettres(rendu: RenduDocx, dossier: Path) -> list[Lettre]:
    """One letter of sample data for each template of `courriers/`, its Word file written once for all."""
    scenarios = {f.stem: charger(f, Scenario) for f in sorted((CONFIG / "scenarios").glob("*.yaml"))}
    cadre = Cadre(charger(CONFIG / "creancier.yaml", Creancier), charger_droit(CONFIG / "droit"), scenarios)
    lettres = []
    for rang, fichier in enumerate(sorted((TEMPLATES / "courriers").glob("*.docx"))):
        modele = f"courriers/{fichier.stem}"
        variables = contexte(modele, usages(modele, scenarios)[0], Jeu.COURT, 1 + rang % 3, cadre)
        docx = dossier / fichier.name
        docx.write_bytes(rendu.rendre(modele, variables))
        lettres.append(Lettre(modele, variables, docx))
    return lettres


def _dossier(rendu: RenduDocx, convertisseur: ConvertisseurUno, lettre: Lettre) -> None:
    convertisseur.pdf(rendu.rendre(lettre.modele, lettre.contexte))


def _rendu(rendu: RenduDocx, lettre: Lettre) -> None:
    rendu.rendre(lettre.modele, lettre.contexte)


def _nu(client: UnoClient, lettre: Lettre) -> None:
    client.convert(
        inpath=str(lettre.docx),
        outpath=str(lettre.docx.with_suffix(".nu.pdf")),
        filtername=SORTIE,
        filter_options=[PDFA],
        infiltername=ENTREE,
    )


def _soffice(profil: Path, lettre: Lettre) -> None:
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation={profil.as_uri()}", "--headless", f"--infilter={ENTREE}"),
            *("--convert-to", SORTIE_SOFFICE, "--outdir", str(profil.parent), str(lettre.docx)),
        ],
        check=True,
        capture_output=True,
    )


@contextmanager
def _libreoffice_nu(dossier: Path) -> Iterator[UnoClient]:
    """unoserver as its manual starts it, and its own client: no guard, no check, no retry."""
    programme, environ = commande()
    profil = dossier / "profil-nu"
    profil.mkdir()
    ports = ports_libres()
    serveur = subprocess.Popen(
        [*programme, *options(profil, ports)],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        client = UnoClient(port=str(ports[0]))
        _attendre(client)
        yield client
    finally:
        with suppress(ProcessLookupError):
            os.killpg(serveur.pid, signal.SIGKILL)
        serveur.wait()


def _attendre(client: UnoClient) -> None:
    fin = time.monotonic() + 90
    while time.monotonic() < fin:
        with suppress(OSError), redirect_stdout(io.StringIO()):
            client.server_info()
            return
        time.sleep(0.2)  # noqa: TID251  waits for a server
    sys.exit("LibreOffice n'a pas démarré en 90 secondes.")


def _mesurer(manieres: tuple[Maniere, ...], lettres: list[Lettre], tours: int) -> dict[str, list[float]]:
    """Seconds of each letter by each way, after one letter that is not counted."""
    temps: dict[str, list[float]] = {maniere.nom: [] for maniere in manieres}
    for maniere in manieres:
        maniere.faire(lettres[0])
    for _ in range(tours):
        for lettre in lettres:
            for maniere in manieres:
                debut = time.perf_counter()
                maniere.faire(lettre)
                temps[maniere.nom].append(time.perf_counter() - debut)
    return temps


def _montrer(temps: dict[str, list[float]], lettres: int, tours: int) -> None:
    console = Console(width=120)
    coeurs = os.cpu_count()
    charge = _virgule(os.getloadavg()[0])
    console.print(
        f"{lettres} lettres, {tours} tours, PDF/A-2b ; {coeurs} cœurs, charge de la machine à la fin : {charge}.\n"
        "Sur une machine partagée, comparer les rapports et non les durées."
    )
    tableau = Table()
    for titre in ("manière", "lettres/s", "ms (médiane)", "ms (9 sur 10)", "vitesse / LibreOffice nu"):
        tableau.add_column(titre, justify="left" if titre == "manière" else "right")
    nu = statistics.median(temps[NU])
    for nom, secondes in temps.items():
        mediane, dernier = statistics.median(secondes), statistics.quantiles(secondes, n=10)[-1]
        ms = (f"{1000 * mediane:.0f}", f"{1000 * dernier:.0f}")
        tableau.add_row(nom, _virgule(len(secondes) / sum(secondes)), *ms, _virgule(nu / mediane))
    console.print(tableau)


def _virgule(nombre: float) -> str:
    return f"{nombre:.2f}".replace(".", ",")


if __name__ == "__main__":
    if shutil.which("soffice") is None:
        sys.exit("LibreOffice est introuvable : « make banc » l'installe.")
    main()
