"""Tracking by La Poste against a real local server that plays the documented API, and its faults."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from dossier.adapters.transporteurs import http as transport
from dossier.adapters.transporteurs.http import PATIENCE
from dossier.adapters.transporteurs.laposte import CITES, PAR_DEMANDE, PAUSE, URL, SuiviLaPoste
from dossier.core.errors import ConfigurationInvalide
from dossier.core.faits import EvenementPli, Sens
from dossier.core.ports import Nouvelles, Releve, Suivi
from tests.adapters.serveur_laposte import (
    CLE,
    Faute,
    ServeurLaPoste,
    couper,
    en_json,
    erreur,
    evenement,
    faute,
    servir,
)

N1, N2, N3 = "1A00000000001", "1A00000000002", "1A00000000003"
DEPOT = evenement("PC1", "2026-11-02T17:30:00+01:00", "Votre courrier a été déposé.")
AVIS = evenement("AG1", "2026-11-04T11:05:00+01:00", "Votre courrier attend au bureau de poste.")
REMIS = evenement("DI1", "2026-11-06T10:00:00+01:00", "Votre courrier a été distribué.")


def numeros(combien: int) -> list[str]:
    return [f"1A{rang:011d}" for rang in range(combien)]


@pytest.fixture
def serveur() -> Iterator[ServeurLaPoste]:
    with servir() as lance:
        yield lance


@pytest.fixture
def sommeils() -> list[float]:
    return []


@pytest.fixture
def suivi(serveur: ServeurLaPoste, sommeils: list[float]) -> SuiviLaPoste:
    return SuiviLaPoste(CLE, serveur.adresse, dormir=sommeils.append)


def seule(releve: Releve) -> Nouvelles:
    assert releve.pannes == ()
    (nouvelles,) = releve.nouvelles
    return nouvelles


# One letter.


def test_une_lettre_suivie_donne_ses_evenements_du_plus_ancien_au_plus_recent(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste
) -> None:
    serveur.envoi(N1, DEPOT, AVIS, REMIS, final=True)
    nouvelles = seule(suivi.relever([N1]))
    assert nouvelles == Nouvelles(
        reference=N1,
        evenements=(
            EvenementPli(
                code="PC1",
                libelle="Votre courrier a été déposé.",
                instant=datetime(2026, 11, 2, 16, 30, tzinfo=UTC),
                sens=Sens.PRIS_EN_CHARGE,
            ),
            EvenementPli(
                code="AG1",
                libelle="Votre courrier attend au bureau de poste.",
                instant=datetime(2026, 11, 4, 10, 5, tzinfo=UTC),
                sens=Sens.PRESENTE,
            ),
            EvenementPli(
                code="DI1",
                libelle="Votre courrier a été distribué.",
                instant=datetime(2026, 11, 6, 9, 0, tzinfo=UTC),
                sens=Sens.DISTRIBUE,
            ),
        ),
        definitif=True,
        reponse=serveur.envois[N1],
    )


def test_la_demande_porte_la_cle_la_langue_et_demande_du_json(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste
) -> None:
    serveur.envoi(N1, DEPOT)
    seule(suivi.relever([N1]))
    assert serveur.demandes == [[N1]]
    assert serveur.langues == ["fr_FR"]
    assert serveur.entetes[0]["x-okapi-key"] == CLE
    assert serveur.entetes[0]["accept"] == "application/json"


def test_le_service_est_celui_de_la_poste_par_defaut() -> None:
    port: Suivi = SuiviLaPoste(CLE)
    assert port.nom == "La Poste"
    assert URL == "https://api.laposte.fr/suivi/v2"


@pytest.mark.parametrize("cle", ["", "clé", "a\nb"])
def test_une_cle_impossible_est_refusee_d_emblee(cle: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="X-Okapi-Key"):
        SuiviLaPoste(cle)


@pytest.mark.parametrize(
    ("code", "sens"),
    [
        *((code, Sens.PRIS_EN_CHARGE) for code in ("DR1", "DR2", "PC1", "PC2")),
        *((code, Sens.ACHEMINE) for code in ("ET1", "ET2", "ET3", "ET4", "EP1", "DO1", "DO2", "DO3", "MD2")),
        *((code, Sens.INCIDENT) for code in ("PB1", "PB2", "ND1")),
        ("AG1", Sens.PRESENTE),
        *((code, Sens.DISTRIBUE) for code in ("DI0", "DI1", " di1 ")),
        *((code, Sens.RETOURNE) for code in ("RE1", "DI2")),
        *((code, Sens.ACHEMINE) for code in ("DI3", "ID0", "MD1", "ZZ9", "")),
    ],
)
def test_chaque_code_a_son_sens_un_inconnu_est_une_etape(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, code: str, sens: Sens
) -> None:
    serveur.envoi(N1, evenement(code, "2026-11-06T10:00:00+01:00", "Libellé de La Poste"))
    (lu,) = seule(suivi.relever([N1])).evenements
    assert (lu.code, lu.sens, lu.libelle) == (code.strip().upper(), sens, "Libellé de La Poste")


@pytest.mark.parametrize(
    "libelle",
    [
        "Votre courrier a été refusé par le destinataire.",
        "Votre courrier n'a pas été réclamé, il est retourné à l'expéditeur.",
        "Destinataire inconnu à l'adresse indiquée.",
        "Le destinataire n'habite pas à l'adresse indiquée.",
    ],
)
@pytest.mark.parametrize("code", ["RE1", "DI2"])
def test_le_libelle_d_un_retour_ne_decide_pas_de_son_motif(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, code: str, libelle: str
) -> None:
    """The person reads the envelope; the label is there to read."""
    serveur.envoi(N1, evenement(code, "2026-11-20T10:00:00+01:00", libelle), final=True)
    (lu,) = seule(suivi.relever([N1])).evenements
    assert (lu.sens, lu.libelle) == (Sens.RETOURNE, libelle)


# Final, or asked again.


@pytest.mark.parametrize(
    ("dernier", "final", "definitif"),
    [
        ("DI0", True, True),
        ("DI1", True, True),
        ("DI2", True, True),
        ("RE1", True, True),
        ("DI1", False, False),
        ("DI1", None, False),
        ("AG1", True, False),
        ("ND1", True, False),
        ("DI3", True, False),
    ],
)
def test_une_lettre_est_close_si_la_poste_le_dit_et_dit_son_issue(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, dernier: str, final: bool | None, definitif: bool
) -> None:
    fin = evenement(dernier, "2026-11-06T10:00:00+01:00")
    serveur.envoi(N1, DEPOT, fin, isFinal=final)
    assert seule(suivi.relever([N1])).definitif is definitif


def test_close_sans_evenement_ne_l_est_pas(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    serveur.envoi(N1, final=True)
    nouvelles = seule(suivi.relever([N1]))
    assert (nouvelles.evenements, nouvelles.definitif) == ((), False)


# Dates.


@pytest.mark.parametrize(
    ("date", "instant"),
    [
        ("2026-07-06T10:00:00+02:00", datetime(2026, 7, 6, 8, tzinfo=UTC)),
        ("2026-07-06T10:00:00Z", datetime(2026, 7, 6, 10, tzinfo=UTC)),
        ("2026-07-06T10:00:00.250+0200", datetime(2026, 7, 6, 8, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-07-06T10:00:00", datetime(2026, 7, 6, 8, tzinfo=UTC)),
        ("2026-12-06T10:00:00", datetime(2026, 12, 6, 9, tzinfo=UTC)),
        (" 2026-12-06 10:00 ", datetime(2026, 12, 6, 9, tzinfo=UTC)),
        ("2026-12-06", datetime(2026, 12, 5, 23, tzinfo=UTC)),
        ("2062-12-06T10:00:00+01:00", datetime(2062, 12, 6, 9, tzinfo=UTC)),
    ],
)
def test_un_instant_sans_fuseau_est_a_l_heure_de_paris(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, date: str, instant: datetime
) -> None:
    serveur.envoi(N1, evenement("DI1", date), final=True)
    nouvelles = seule(suivi.relever([N1]))
    assert nouvelles.evenements[0].instant == instant
    assert nouvelles.evenements[0].instant.utcoffset() == instant.utcoffset()


@pytest.mark.parametrize(
    "date", [None, "", "hier", "06/11/2026", "2026-13-45", "0001-01-01T00:00:00+14:00", 1_762_000_000]
)
def test_un_evenement_sans_date_lisible_est_dit_et_la_lettre_reste_ouverte(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, date: str | None
) -> None:
    serveur.envoi(N1, DEPOT, evenement("AG1", date), REMIS, final=True)
    releve = suivi.relever([N1])
    (nouvelles,) = releve.nouvelles
    assert [lu.code for lu in nouvelles.evenements] == ["PC1", "DI1"]
    assert not nouvelles.definitif
    (panne,) = releve.pannes
    assert panne.endswith(f"consultez son site pour ces recommandés : {N1}.")


def test_les_evenements_en_desordre_sont_remis_en_ordre(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    serveur.envoi(N1, REMIS, DEPOT, AVIS, final=True)
    nouvelles = seule(suivi.relever([N1]))
    assert [lu.code for lu in nouvelles.evenements] == ["PC1", "AG1", "DI1"]
    assert nouvelles.definitif


def test_au_meme_instant_l_ordre_de_la_poste_est_garde(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    """The newest first in its list: the delivery came after the notice of the same day."""
    jour = "2026-11-06T00:00:00+01:00"
    serveur.envoi(N1, evenement("ET1", jour), evenement("AG1", jour), evenement("DI1", jour), final=True)
    nouvelles = seule(suivi.relever([N1]))
    assert [lu.code for lu in nouvelles.evenements] == ["ET1", "AG1", "DI1"]
    assert nouvelles.definitif


def test_un_evenement_repete_n_est_garde_qu_une_fois(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    meme_instant_en_utc = evenement("AG1", "2026-11-04T10:05:00Z", AVIS["label"])
    autre_jour = evenement("AG1", "2026-11-05T11:05:00+01:00", AVIS["label"])
    serveur.envoi(N1, AVIS, DEPOT, AVIS, meme_instant_en_utc, autre_jour)
    assert [lu.code for lu in seule(suivi.relever([N1])).evenements] == ["PC1", "AG1", "AG1"]


# What is missing, unknown or strange.


def test_les_champs_absents_sont_toleres(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    serveur.envois[N1] = b'{"shipment": {"event": [{"date": "2026-11-06T10:00:00+01:00"}]}}'
    (lu,) = seule(suivi.relever([N1])).evenements
    assert (lu.code, lu.libelle, lu.sens) == ("", "", Sens.ACHEMINE)


@pytest.mark.parametrize("champ", ["event", "isFinal"])
def test_un_champ_nul_est_comme_absent(serveur: ServeurLaPoste, suivi: SuiviLaPoste, champ: str) -> None:
    serveur.envoi(N1, REMIS, final=True, **{champ: None})
    assert not seule(suivi.relever([N1])).definitif


def test_les_champs_inconnus_sont_ignores(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    serveur.envoi(N1, REMIS | {"group": "DESLIVD", "country": "FR"}, estimDate="2026-11-06", neuf={"a": [1]})
    assert seule(suivi.relever([N1])).evenements[0].code == "DI1"


@pytest.mark.parametrize("brut", [None, "DI1", 3, [], {"code": "DI1"}, {"date": 3}, {"code": {}, "date": ""}])
def test_un_evenement_qui_n_en_est_pas_un_n_emporte_pas_les_autres(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, brut: object
) -> None:
    serveur.envoi(N1, DEPOT, brut, REMIS)  # type: ignore[arg-type]
    releve = suivi.relever([N1])
    assert [lu.code for lu in releve.nouvelles[0].evenements] == ["PC1", "DI1"]
    assert len(releve.pannes) == 1


def test_un_libelle_que_rien_ne_sait_garder_est_nettoye(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    """NUL stops PostgreSQL, half a character stops UTF-8; JSON can write both."""
    serveur.envoi(N1, evenement("DI1", "2026-11-06T10:00:00+01:00", "Distribué\x00 \x1b[31mle \ud8006"))
    assert b"\\ud800" in serveur.envois[N1]
    (lu,) = seule(suivi.relever([N1])).evenements
    assert lu.libelle == "Distribué   [31mle  6"


# Many letters.


def test_une_demande_pour_dix_numeros_et_une_pause_entre_deux(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, sommeils: list[float]
) -> None:
    tous = numeros(2 * PAR_DEMANDE + 1)
    for numero in tous:
        serveur.envoi(numero, DEPOT)
    releve = suivi.relever(tous)
    assert releve.pannes == ()
    assert [nouvelles.reference for nouvelles in releve.nouvelles] == tous
    assert [len(lot) for lot in serveur.demandes] == [PAR_DEMANDE, PAR_DEMANDE, 1]
    assert sommeils == [PAUSE, PAUSE]


def test_la_pause_se_regle(serveur: ServeurLaPoste, sommeils: list[float]) -> None:
    suivi = SuiviLaPoste(CLE, serveur.adresse, pause=3, dormir=sommeils.append)
    suivi.relever(numeros(PAR_DEMANDE))
    assert sommeils == []
    suivi.relever(numeros(PAR_DEMANDE + 1))
    assert sommeils == [3]


def test_la_pause_ordinaire_reste_sous_cent_demandes_par_minute() -> None:
    assert 60 / PAUSE < 100


def test_rien_a_demander_ne_demande_rien(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    assert suivi.relever([]) == Releve(())
    assert serveur.demandes == []


def test_un_numero_donne_deux_fois_est_demande_une_fois(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    serveur.envoi(N1, DEPOT)
    assert seule(suivi.relever([N1, N1])).reference == N1
    assert serveur.demandes == [[N1]]


def test_la_reponse_gardee_est_celle_du_numero_octet_pour_octet(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste
) -> None:
    """The whole array would put the letters of other debtors into the file of this one."""
    serveur.envoi(N1, DEPOT)
    serveur.envoi(N2, DEPOT, AVIS)
    serveur.envois[N2] = serveur.envois[N2].replace(b"Votre", "« Ôtre » ] } \\u00e9 ,[".encode())
    serveur.envoi(N3, REMIS, final=True)
    releve = suivi.relever([N1, N2, N3])
    assert serveur.demandes == [[N1, N2, N3]]
    assert {n.reference: n.reponse for n in releve.nouvelles} == serveur.envois
    assert [len(n.evenements) for n in releve.nouvelles] == [1, 2, 1]


def test_un_seul_numero_dans_un_tableau_comme_le_dit_la_documentation(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste
) -> None:
    serveur.envoi(N1, DEPOT)
    serveur.fautes = [faute(200, b"[" + serveur.envois[N1] + b"]")]
    assert seule(suivi.relever([N1])).reponse == serveur.envois[N1]


def test_une_marque_d_ordre_des_octets_ne_gene_pas(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    serveur.envoi(N1, DEPOT)
    serveur.fautes = [faute(200, b"\xef\xbb\xbf" + serveur.envois[N1])]
    assert seule(suivi.relever([N1])).reponse == b"\xef\xbb\xbf" + serveur.envois[N1]


def test_207_les_connus_et_les_inconnus_sont_tries(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    serveur.envoi(N1, DEPOT)
    serveur.envoi(N3, DEPOT, REMIS, final=True)
    releve = suivi.relever([N1, N2, N3])
    assert releve.pannes == ()
    assert serveur.demandes == [[N1, N2, N3]]
    assert {n.reference: len(n.evenements) for n in releve.nouvelles} == {N1: 1, N2: 0, N3: 2}
    assert {n.reference: n.definitif for n in releve.nouvelles} == {N1: False, N2: False, N3: True}


@pytest.mark.parametrize("en_desordre", [True, False])
def test_207_un_element_est_rendu_a_son_numero_jamais_a_sa_place(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, en_desordre: bool
) -> None:
    serveur.envoi(N1, DEPOT)
    serveur.envoi(N2, REMIS)
    elements = [serveur.envois[N2], serveur.envois[N1]] if en_desordre else list(serveur.envois.values())
    serveur.fautes = [faute(207, b"[" + b",".join(elements) + b"]")]
    releve = suivi.relever([N1, N2])
    assert {n.reference: n.evenements[0].code for n in releve.nouvelles} == {N1: "PC1", N2: "DI1"}
    assert len(serveur.demandes) == 1


@pytest.mark.parametrize(
    "element",
    [
        b"null",
        b"3",
        b'"texte"',
        b"[]",
        b"{}",
        b'{"returnCode": 200}',
        b'{"returnCode": "deux cents", "idShip": "1A00000000002"}',
        b'{"returnCode": 200, "idShip": "1A99999999999", "shipment": {"event": []}}',
        b'{"returnCode": 200, "idShip": 7, "shipment": {"event": []}}',
    ],
)
def test_207_un_numero_sans_reponse_lisible_est_demande_seul(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, element: bytes
) -> None:
    serveur.envoi(N1, DEPOT)
    serveur.envoi(N2, AVIS)
    serveur.fautes = [faute(207, b"[" + serveur.envois[N1] + b"," + element + b"]")]
    releve = suivi.relever([N1, N2])
    assert releve.pannes == ()
    assert [n.reference for n in releve.nouvelles] == [N1, N2]
    assert serveur.demandes == [[N1, N2], [N2]]


@pytest.mark.parametrize(
    "element",
    [
        b'{"returnCode": 200, "shipment": {"event": [{"date": "2026-11-06", "code": "DI1"}]}}',
        b'{"idShip": "1A00000000001", "shipment": {"idShip": "1A00000000002", "event": []}}',
        b'{"idShip": "1A00000000001,1A00000000002", "returnCode": 104}',
    ],
)
def test_207_un_element_anonyme_ou_contradictoire_n_est_a_personne(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, element: bytes
) -> None:
    serveur.envoi(N1, DEPOT)
    serveur.envoi(N2, AVIS)
    serveur.fautes = [faute(207, b"[" + element + b"," + serveur.envois[N2] + b"]")]
    releve = suivi.relever([N1, N2])
    assert {n.reference: n.evenements[0].code for n in releve.nouvelles} == {N1: "PC1", N2: "AG1"}
    assert serveur.demandes == [[N1, N2], [N1]]


def test_un_serveur_qui_ne_repond_que_du_premier_ne_perd_personne(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, sommeils: list[float]
) -> None:
    serveur.premier_seulement = True
    for numero in (N1, N2, N3):
        serveur.envoi(numero, DEPOT)
    releve = suivi.relever([N1, N2, N3])
    assert [n.reference for n in releve.nouvelles] == [N1, N2, N3]
    assert serveur.demandes == [[N1, N2, N3], [N2], [N3]]
    assert sommeils == [PAUSE, PAUSE]


def test_la_reponse_pour_un_autre_numero_n_est_jamais_prise(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste
) -> None:
    serveur.envoi(N2, REMIS, final=True)
    serveur.envois[N1] = serveur.envois[N2]
    releve = suivi.relever([N1])
    assert releve.nouvelles == ()
    (panne,) = releve.pannes
    assert "ne se lit pas" in panne
    assert N1 in panne


# 404: unknown, or not yet.


def test_un_numero_pas_encore_connu_n_est_pas_une_panne(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    attendu = Nouvelles(N1, (), definitif=False, reponse=erreur(104, N1))
    assert seule(suivi.relever([N1])) == attendu


def test_404_sans_json_pour_un_numero_parmi_d_autres(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    serveur.sans_json = True
    serveur.envoi(N1, DEPOT)
    releve = suivi.relever([N1, N2])
    assert releve.pannes == ()
    assert {n.reference: (len(n.evenements), n.reponse) for n in releve.nouvelles} == {
        N1: (1, serveur.envois[N1]),
        N2: (0, b""),
    }


@pytest.mark.parametrize("corps", [b"", b"<html>Not found</html>", b'{"code": "NOT_FOUND", "message": "no"}'])
@pytest.mark.parametrize("tous", [[N1], [N1, N2, N3]])
def test_404_sans_un_mot_du_suivi_pour_tous_fait_douter_de_l_adresse(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, corps: bytes, tous: list[str]
) -> None:
    serveur.toujours = faute(404, corps)
    releve = suivi.relever(tous)
    assert [(n.reference, n.evenements, n.reponse) for n in releve.nouvelles] == [
        (numero, (), corps) for numero in tous
    ]
    (panne,) = releve.pannes
    assert "vérifiez-les, ainsi que l'adresse du service" in panne
    assert all(numero in panne for numero in tous)


def test_404_avec_json_pour_tous_ne_fait_douter_de_rien(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    releve = suivi.relever([N1, N2])
    assert releve.pannes == ()
    assert [n.evenements for n in releve.nouvelles] == [(), ()]


# 400: malformed.


@pytest.mark.parametrize("corps", [erreur(400, "XX000000000"), b"", b"<html>"])
def test_un_numero_que_la_poste_refuse_est_a_verifier(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, corps: bytes
) -> None:
    serveur.fautes = [faute(400, corps)]
    releve = suivi.relever(["XX000000000"])
    assert releve.nouvelles == ()
    assert releve.pannes == ("La Poste n'accepte pas ces numéros de recommandé, vérifiez-les : XX000000000.",)


def test_un_numero_refuse_ne_gate_pas_ceux_demandes_avec_lui(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste
) -> None:
    serveur.lot_indivisible = True
    serveur.envoi(N1, DEPOT)
    serveur.envoi(N2, DEPOT)
    releve = suivi.relever([N1, "XX000000000", N2])
    assert [n.reference for n in releve.nouvelles] == [N1, N2]
    assert releve.pannes == ("La Poste n'accepte pas ces numéros de recommandé, vérifiez-les : XX000000000.",)
    assert serveur.demandes == [[N1, "XX000000000", N2], [N1], ["XX000000000"], [N2]]


@pytest.mark.parametrize("longueur", [11, 15])
def test_onze_a_quinze_signes_sont_demandes(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, longueur: int
) -> None:
    numero = "1" * longueur
    serveur.envoi(numero, DEPOT)
    assert seule(suivi.relever([numero])).reference == numero


@pytest.mark.parametrize(
    "numero",
    [
        "",
        "1" * 10,
        "1" * 16,
        "1A 000 000 0001",
        f"{N2},{N3}",
        "1A000000000/..",
        "../../admin/x",
        "1A0000000é001",
    ],
)
def test_ce_qui_n_est_pas_un_numero_n_est_jamais_envoye(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, numero: str
) -> None:
    serveur.envoi(N1, DEPOT)
    releve = suivi.relever([numero, N1])
    assert serveur.demandes == [[N1]]
    assert [n.reference for n in releve.nouvelles] == [N1]
    assert releve.pannes == (f"La Poste n'accepte pas ces numéros de recommandé, vérifiez-les : {numero}.",)


# Return codes of one number.


@pytest.mark.parametrize("code", [101, 105, 109, 504])
def test_un_code_de_retour_sans_suivi_est_dit_avec_ses_mots(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, code: int
) -> None:
    serveur.envoi(N1, DEPOT)
    serveur.envois[N2] = erreur(code, N2, "Service\x00 momentanément indisponible")
    releve = suivi.relever([N1, N2])
    assert [n.reference for n in releve.nouvelles] == [N1]
    assert releve.pannes == (
        f"La Poste ne donne pas de suivi (code {code} : « Service  momentanément indisponible »), "
        f"à demander de nouveau : {N2}.",
    )


@pytest.mark.parametrize("corps", [b"{}", b'{"returnCode": 200, "shipment": null}'])
def test_un_succes_sans_suivi_est_dit(serveur: ServeurLaPoste, suivi: SuiviLaPoste, corps: bytes) -> None:
    serveur.envois[N1] = corps
    releve = suivi.relever([N1])
    assert releve == Releve(
        (), (f"La Poste ne donne pas de suivi (code 200), à demander de nouveau : {N1}.",)
    )


@pytest.mark.parametrize("code", [200, 201, 208, 504, None])
def test_des_evenements_sont_pris_quel_que_soit_le_code(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, code: int | None
) -> None:
    serveur.envoi(N1, REMIS, final=True)
    serveur.envois[N1] = en_json(json.loads(serveur.envois[N1]) | {"returnCode": code})
    assert seule(suivi.relever([N1])).definitif


# The end of the round.


def lots_de(combien: int, serveur: ServeurLaPoste) -> list[str]:
    tous = numeros(combien * PAR_DEMANDE)
    for numero in tous:
        serveur.envoi(numero, DEPOT)
    return tous


@pytest.mark.parametrize(
    ("statut", "mots"),
    [
        (401, "la clé ou le mot de passe n'est pas accepté, vérifiez les réglages (HTTP 401). Après trop de"),
        (403, "vérifiez l'abonnement (HTTP 403). La clé est peut-être réservée à certaines adresses IP."),
        (302, "a changé d'adresse"),
        (405, "demande non acceptée (HTTP 405)"),
    ],
)
def test_un_refus_durable_arrete_la_releve_en_une_phrase(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, sommeils: list[float], statut: int, mots: str
) -> None:
    tous = lots_de(4, serveur)
    serveur.toujours = faute(statut)
    releve = suivi.relever(tous)
    assert releve.nouvelles == ()
    (panne,) = releve.pannes
    assert mots in panne
    assert panne.endswith(f"{tous[CITES - 1]} et 30 autres.")
    assert len(serveur.demandes) == 1
    assert sommeils == []


def test_une_cle_refusee_par_le_serveur(serveur: ServeurLaPoste) -> None:
    releve = SuiviLaPoste("une-autre-cle", serveur.adresse).relever([N1])
    (panne,) = releve.pannes
    assert "HTTP 401" in panne
    assert panne.endswith(f"Recommandés à demander de nouveau : {N1}.")


def test_429_est_attendu_puis_la_releve_continue(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, sommeils: list[float]
) -> None:
    tous = lots_de(2, serveur)
    serveur.fautes = [faute(429, Retry_After="5"), faute(429)]
    releve = suivi.relever(tous)
    assert releve.pannes == ()
    assert len(releve.nouvelles) == len(tous)
    assert sommeils == [5.0, 4.0, PAUSE]


@pytest.mark.parametrize("corps", [b"", b'{"code":"TOO_MANY_REQUESTS","message":"max quota reached"}'])
def test_le_quota_atteint_garde_ce_qui_est_su_et_laisse_le_reste(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, corps: bytes
) -> None:
    tous = lots_de(4, serveur)
    premiers, restants = tous[:PAR_DEMANDE], tous[PAR_DEMANDE:]
    serveur.fautes = [None, *[faute(429, corps)] * 3]
    releve = suivi.relever(tous)
    assert [n.reference for n in releve.nouvelles] == premiers
    (panne,) = releve.pannes
    assert "le quota est atteint (HTTP 429)" in panne
    assert restants[0] in panne
    assert premiers[0] not in panne
    assert panne.endswith("et 20 autres.")
    assert len(serveur.demandes) == 4


def test_un_quota_qui_fait_trop_attendre_n_est_pas_attendu(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, sommeils: list[float]
) -> None:
    serveur.toujours = faute(429, Retry_After=str(int(PATIENCE) + 1))
    assert len(suivi.relever(lots_de(3, serveur)).pannes) == 1
    assert (len(serveur.demandes), sommeils) == (1, [])


@pytest.mark.parametrize("passagere", [faute(500), faute(503, b"<html>"), faute(504), couper])
def test_une_panne_passagere_est_retentee(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, passagere: Faute
) -> None:
    serveur.envoi(N1, DEPOT)
    serveur.fautes = [passagere, passagere]
    assert seule(suivi.relever([N1])).reponse == serveur.envois[N1]


@pytest.mark.parametrize(
    ("durable", "mots", "essais"),
    [
        (faute(500), "son service est en panne (HTTP 500)", 3),
        (couper, "ne répond pas", 3),
        (faute(200, b"<html>maintenance</html>"), "ne se lit pas", 1),
        (faute(207, b"[{"), "ne se lit pas", 1),
        (faute(200, b"\xff\xfe\x00"), "ne se lit pas", 1),
        (faute(200, b"[" * 200_000), "ne se lit pas", 1),
        (faute(200, b"9" * 10_000), "ne se lit pas", 1),
        (faute(200, b" " * (2 * 1024 * 1024 + 1)), "trop grande", 1),
    ],
)
def test_deux_demandes_de_suite_sans_reponse_arretent_la_releve(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, durable: Faute, mots: str, essais: int
) -> None:
    tous = lots_de(4, serveur)
    serveur.toujours = durable
    releve = suivi.relever(tous)
    assert releve.nouvelles == ()
    (panne,) = releve.pannes
    assert mots in panne
    assert panne.endswith("et 30 autres.")
    assert len(serveur.demandes) == 2 * essais


def test_une_seule_demande_sans_reponse_ne_prive_pas_les_autres(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste
) -> None:
    tous = lots_de(3, serveur)
    serveur.fautes = [faute(500)] * 3
    releve = suivi.relever(tous)
    assert [n.reference for n in releve.nouvelles] == tous[PAR_DEMANDE:]
    (panne,) = releve.pannes
    assert all(numero in panne for numero in tous[:PAR_DEMANDE])


def test_une_reponse_entre_deux_pannes_laisse_continuer(serveur: ServeurLaPoste, suivi: SuiviLaPoste) -> None:
    tous = lots_de(4, serveur)
    illisible = faute(200, b"<html>")
    serveur.fautes = [illisible, None, illisible]
    releve = suivi.relever(tous)
    assert [n.reference for n in releve.nouvelles] == tous[10:20] + tous[30:]


def test_un_service_eteint_est_une_phrase(sommeils: list[float]) -> None:
    with servir() as parti:
        adresse = parti.adresse
    releve = SuiviLaPoste(CLE, adresse, dormir=sommeils.append).relever([N1])
    (panne,) = releve.pannes
    assert panne.startswith("La Poste ne répond pas (127.0.0.1) : le serveur refuse la connexion")
    assert panne.endswith(f"Recommandés à demander de nouveau : {N1}.")


def test_un_service_trop_lent_est_une_phrase(
    serveur: ServeurLaPoste, sommeils: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "DELAI", httpx.Timeout(0.1))
    lent = SuiviLaPoste(CLE, serveur.adresse, dormir=sommeils.append)
    serveur.toujours = lambda handler: handler.connection.recv(1)  # type: ignore[assignment,func-returns-value]
    (panne,) = lent.relever([N1]).pannes
    assert "délai dépassé" in panne


# Sentences.


@pytest.mark.parametrize(
    ("combien", "fin"),
    [(CITES, f"{numeros(CITES)[-1]}."), (CITES + 1, " et 1 autre."), (CITES + 2, " et 2 autres.")],
)
def test_une_phrase_ne_nomme_que_les_premiers_numeros(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, combien: int, fin: str
) -> None:
    serveur.toujours = faute(401)
    (panne,) = suivi.relever(numeros(combien)).pannes
    assert panne.endswith(fin)


@pytest.mark.parametrize("panne", [faute(401), faute(403), faute(500), faute(302), faute(200, b"<"), couper])
def test_la_cle_n_est_dans_aucune_phrase_ni_aucun_journal(
    serveur: ServeurLaPoste, suivi: SuiviLaPoste, panne: Faute, caplog: pytest.LogCaptureFixture
) -> None:
    serveur.toujours = panne
    with caplog.at_level(logging.INFO):
        releve = suivi.relever([N1])
    assert len(releve.pannes) == 1
    assert CLE not in repr(releve) + caplog.text + repr(suivi)
