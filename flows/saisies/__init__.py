"""The operator's forms: each is a deployment whose parameters the Prefect UI shows as a form.

Each records a fait through `dossier.services.saisies`, wakes the run of the creance, and answers with a
page. Bad input turns the form's run red with one French sentence; nothing else changes.
"""

from flows.saisies.pieces import appel, etablir_document, piece
from flows.saisies.plis import accuse, changer_adresse, depot, repondre, retirer_pli
from flows.saisies.procedure import (
    abandonner,
    creance_declaree,
    ecarter_procedure,
    lever_litige,
    ouvrir_litige,
    procedure_collective,
)
from flows.saisies.sommes import avoir, echeancier, paiement
from flows.saisies.suites import (
    acte_d_execution,
    deroger,
    opposition_formee,
    ordonnance_rendue,
    ordonnance_signifiee,
    remettre,
    remise_recue,
    requete_deposee,
)

FORMULAIRES = (
    paiement,
    avoir,
    echeancier,
    repondre,
    depot,
    accuse,
    retirer_pli,
    changer_adresse,
    ouvrir_litige,
    lever_litige,
    procedure_collective,
    ecarter_procedure,
    creance_declaree,
    abandonner,
    appel,
    etablir_document,
    piece,
    deroger,
    remettre,
    remise_recue,
    requete_deposee,
    ordonnance_rendue,
    ordonnance_signifiee,
    acte_d_execution,
    opposition_formee,
)
