"""A registered letter as staff live it: the badge, the carrier, the scan, the address, the letter sent again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort

from dossier.core.etat import Envoi
from dossier.core.faits import EnvoiPrepare, ScanRecu, SuiviRecu
from flows.demo.histoire import Histoire
from tests.adapters.serveur_laposte import CLE, ServeurLaPoste, evenement, faute, servir
from tests.fakes import tiny_pdf
from tests.flows.maison import Maison, attendre
from tests.flows.test_service import BOULANGERIE, fichiers_de, gare

HISTOIRE = Histoire(depart=date(2026, 5, 4), fin=date(2026, 12, 15))


@contextmanager
def mise_en_demeure_deposee(maison: Maison) -> Iterator[tuple[ServeurLaPoste, Envoi]]:
    """The service runs with La Poste's tracking, and the mise en demeure of the bakery is deposited."""
    with servir() as laposte:
        maison.lancer(DOSSIER_LAPOSTE_CLE=CLE, DOSSIER_LAPOSTE_URL=laposte.adresse)
        pilote = maison.pilote(HISTOIRE)
        pilote.importer(fichiers_de(BOULANGERIE))
        while not (deposees := _deposees(maison)):
            pilote.calme()
            if not pilote.agir(maison.clock.jour()):
                pilote.avancer(maison.clock.jour())
        pilote.calme()
        yield laposte, deposees[0]


def _deposees(maison: Maison) -> list[Envoi]:
    envois = maison.etats()[0].envois_de("mise-en-demeure")
    return [envoi for envoi in envois if envoi.depot is not None]


def _tableau(maison: Maison, cle: str) -> Any:
    filtre = ArtifactFilter(key=ArtifactFilterKey(any_=[cle]))
    return maison.client.read_artifacts(artifact_filter=filtre, sort=ArtifactSort.CREATED_DESC, limit=1)[0]


def _a_l_ecran(maison: Maison, nom: str) -> None:
    attendre(lambda: nom in (maison.etat_de_run(BOULANGERIE).name or ""))


def test_un_pli_se_suit_du_depot_a_la_nouvelle_adresse(maison: Maison) -> None:
    with mise_en_demeure_deposee(maison) as (laposte, envoi):
        assert envoi.depot is not None
        numero, depot = envoi.depot.numero, envoi.depot.jour
        avise = evenement("AG1", f"{depot}T18:00:00+02:00", "Votre courrier est à retirer au guichet.")

        laposte.toujours = faute(503)
        panne = maison.formulaire("relever-les-plis")
        assert panne.name == "Fait, transporteur sans réponse"
        assert "La Poste" in (panne.message or "")
        assert gare(maison, BOULANGERIE, f"AR attendu : {numero}")

        laposte.toujours = None
        laposte.envoi(numero, avise)
        maison.formulaire("relever-les-plis")
        _a_l_ecran(maison, f"AR attendu : {numero} (avisé le {depot:%d/%m/%Y})")
        tableau = _tableau(maison, "plis-en-cours")
        _, seconde = _lignes(tableau)
        assert numero in seconde["Lettre"]
        assert seconde["Où il en est"].startswith(f"avisé le {depot:%d/%m/%Y}<br>depuis le {depot:%d/%m/%Y}")
        assert f"[{BOULANGERIE}](/artifacts/key/creance-{BOULANGERIE.lower()})" in seconde["Facture"]
        assert "[Lettre](http://127.0.0.1:" in seconde["Lettre"]

        laposte.envoi(numero, avise, evenement("RE1", f"{depot}T19:00:00+02:00", "Retour à l'expéditeur."))
        maison.formulaire("relever-les-plis", numero=numero)
        _a_l_ecran(maison, f"Pli retourné, motif à lire sur l'enveloppe : {numero}")
        assert sum(isinstance(c, SuiviRecu) for c in maison.contenus(BOULANGERIE)) == 2

        boite = maison.donnees / "reception"
        (boite / f"NPAI {numero}.pdf").write_bytes(tiny_pdf("destinataire inconnu à l'adresse"))
        (boite / "inconnu 1A99999999999.pdf").write_bytes(tiny_pdf("avis"))
        attendre(lambda: "1 classé" in (maison.formulaire("reception").name or ""))
        assert (boite / "inconnu 1A99999999999.pdf").exists()
        assert sum(isinstance(c, ScanRecu) for c in maison.contenus(BOULANGERIE)) == 1

        maison.formulaire(
            "accuse-de-reception",
            facture=BOULANGERIE,
            issue="npai",
            jour=maison.clock.jour().isoformat(),
            premiere_presentation=maison.clock.jour().isoformat(),
        )
        _a_l_ecran(maison, "Adresse à vérifier")
        assert maison.etat_de_run(BOULANGERIE).is_paused()
        maison.client.resume_flow_run(
            maison.run(BOULANGERIE).id,
            run_input={
                "lignes": "7 rue Retrouvée",
                "code_postal": "69001",
                "ville": "Lyon",
                "source": "Kbis du jour",
                "par": "Camille Exemple",
            },
        )
        _a_l_ecran(maison, "À approuver : Mise en demeure")
        prepares = [c for c in maison.contenus(BOULANGERIE) if isinstance(c, EnvoiPrepare)]
        assert "7 rue Retrouvée, 69001 Lyon" in prepares[-1].destinataire
        assert len({prepare.cle for prepare in prepares if prepare.etape == "mise-en-demeure"}) == 2


def _lignes(tableau: Any) -> list[dict[str, str]]:
    """The rows of the markdown table, by their titles."""
    titres, _, *lignes = [
        [cellule.strip() for cellule in ligne.strip("|").split(" | ")]
        for ligne in str(tableau.data).splitlines()
        if ligne.startswith("|")
    ]
    return [dict(zip(titres, cellules, strict=True)) for cellules in lignes]


def test_une_lettre_imprimee_se_retire_du_bac_et_se_refait(maison: Maison) -> None:
    maison.lancer()
    pilote = maison.pilote(HISTOIRE)
    pilote.importer(fichiers_de(BOULANGERIE))
    while not gare(maison, BOULANGERIE, "LRAR à déposer"):
        if not pilote.agir(maison.clock.jour()):
            pilote.avancer(maison.clock.jour())
        pilote.calme()
    bac = maison.donnees / "a-poster"
    assert sorted(fichier.suffix for fichier in bac.glob("*avant-contentieux*")) == [".pdf", ".pdf"]
    retrait = maison.formulaire("retirer-un-pli", facture=BOULANGERIE, motif="signataire absent")
    assert retrait.is_completed(), retrait.message
    assert "sorti du bac" in (retrait.message or "")
    attendre(lambda: len(maison.etats()[0].envois_de("avant-contentieux")) == 2)
    assert len(list((bac / ".repris").iterdir())) == 2
