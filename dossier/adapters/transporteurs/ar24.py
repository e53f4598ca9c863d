"""Electronic registered letters (LRE) by AR24: sent as qualified (eIDAS) ones, followed, their proofs kept.

How the service is spoken to, and what was read of it where: see `ar24_protocole`. Of this module: `/attachment`,
`/mail`, `/user/mail` and the fields of a letter were read in the public clients named there; `start` and
`max` are documented there for the list of attachments, and taken to hold for that of letters. Not verified:
that drafts are in that list, how long a reference may be, and that `eidas` without a one-time code gives a
letter « to_valid » rather than the error `authentication_missing` (both are handled). Nothing here was tried
on the real service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import ConfigDict, Field, field_validator

from dossier.adapters.transporteurs.ar24_courrier import (
    ISSUES,
    PREUVES,
    Courrier,
    ReponseCourrier,
    dates,
    depot,
    evenements,
)
from dossier.adapters.transporteurs.ar24_lettre import champs, incertaine, phrase, repere
from dossier.adapters.transporteurs.ar24_protocole import NOM, EnMaintenance, RefusAr24, Session, Texte
from dossier.adapters.transporteurs.http import Api, Illisible, Injoignable, Refus, SansReponse, lire
from dossier.core.errors import ConfigurationInvalide, ErreurEnvoi
from dossier.core.modele import Modele
from dossier.core.ports import Clock, DocumentDePli, Lettre, Nouvelles, Releve, Remise

BASE = "https://app.ar24.fr/api"
DELAI = 60.0
"""Seconds of silence that AR24 asks its callers to bear."""
PAR_PAGE = 200
"""Letters asked for at once; AR24 may give fewer."""
PAGES = 500
"""Questions put to AR24 before giving up on its list."""


class _Fichier(Modele):
    model_config = ConfigDict(extra="ignore")

    file_id: Texte = Field(min_length=1)


class _ReponseFichier(Modele):
    model_config = ConfigDict(extra="ignore")

    result: _Fichier


class _Trouvee(Modele):
    """A letter in the list: what tells whether it is ours."""

    model_config = ConfigDict(extra="ignore")

    id: Texte = Field(min_length=1)
    ref_dossier: Texte = ""
    ref_client: Texte = ""


class _ReponseListe(Modele):
    model_config = ConfigDict(extra="ignore")

    result: tuple[_Trouvee, ...]

    @field_validator("result", mode="before")
    @classmethod
    def _liste(cls, lu: Any) -> Any:
        """PHP writes a list as an object when its keys have gaps, and may put it under a name."""
        if not isinstance(lu, dict):
            return lu or ()
        listes = [valeur for valeur in lu.values() if isinstance(valeur, list)]
        return listes[0] if len(listes) == 1 else tuple(lu.values())


class PosteAr24:
    """Implements `ports.Poste` and `ports.Suivi`."""

    nom = NOM
    electronique = True

    def __init__(
        self,
        jeton: str,
        cle_privee: str,
        expediteur: str,
        clock: Clock,
        *,
        base: str = BASE,
        delai: float = DELAI,
        dormir: Callable[[float], None] | None = None,
    ) -> None:
        """`expediteur`: the number of the sender's account (id_user). Raises ConfigurationInvalide."""
        if not (jeton.strip() and cle_privee.strip() and expediteur.strip()):
            raise ConfigurationInvalide(
                f"{NOM} : le jeton, la clé privée et l'identifiant de l'expéditeur sont tous trois nécessaires ; "
                "complétez les réglages."
            )
        api = Api(NOM, base) if dormir is None else Api(NOM, base, dormir=dormir)
        self._session = Session(api, jeton.strip(), cle_privee.strip(), clock, delai)
        self._expediteur, self._clock = expediteur.strip(), clock

    def dessert(self, pays: str) -> bool:  # noqa: ARG002 - the port's signature
        """An e-mail goes everywhere."""
        return True

    def remettre(self, lettre: Lettre) -> Remise:
        """Send it once for ever; `ref_dossier` is its name, `ref_client` a digest of it that no limit cuts.

        Whether the debtor may be sent an electronic letter is not asked again here (`droit.lre`). Raises
        ErreurEnvoi, RemiseIncertaine.
        """
        formulaire = champs(lettre, self._expediteur)
        deja = self._deja(lettre)
        if deja is not None:
            return deja
        formulaire["attachment[0]"] = self._joindre(lettre)
        try:
            return self._remise(self._session.soumettre("/mail", formulaire))
        except ErreurEnvoi as error:
            if not _douteuse(error):
                raise
            return self._verifier(lettre, error)

    def relever(self, references: Sequence[str]) -> Releve:
        """Asks about each letter; an outage stops the asking, trouble with one letter does not."""
        nouvelles: list[Nouvelles] = []
        pannes: list[str] = []
        for rang, reference in enumerate(references):
            try:
                recues, manques = self._nouvelles(reference)
            except ErreurEnvoi as error:
                if _d_une_lettre(error):
                    pannes.append(f"{NOM}, lettre n° {reference} : {error}")
                    continue
                pannes.append(f"{error} Lettres non demandées : {len(references) - rang}.")
                break
            nouvelles.append(recues)
            pannes += manques
        return Releve(tuple(nouvelles), tuple(pannes))

    def _joindre(self, lettre: Lettre) -> str:
        """The number under which AR24 holds the PDF; unused, it is sent to nobody."""
        nom = f"{lettre.nom}.pdf"
        formulaire = {"id_user": self._expediteur, "file_name": nom}
        clair = self._session.soumettre("/attachment", formulaire, (nom, lettre.pdf))
        return lire(NOM, clair, _ReponseFichier).result.file_id

    def _deja(self, lettre: Lettre) -> Remise | None:
        """The letter that already bears our name; None when AR24 has none.

        Raises ErreurEnvoi, and RemiseIncertaine when the list of letters cannot be trusted.
        """
        court = repere(lettre.nom)
        try:
            trouvees = (t.id for t in self._toutes() if t.ref_dossier == lettre.nom or t.ref_client == court)
            numero = next(trouvees, None)
        except Illisible as error:
            raise incertaine(lettre, str(error)) from error
        return None if numero is None else self._remise(self._session.demander("/mail", {"id": numero}))

    def _toutes(self) -> Iterator[_Trouvee]:
        """All letters of the sender, whatever limit AR24 sets to a page. Raises Illisible when some may be missing."""
        vus: set[str] = set()
        for _ in range(PAGES):
            page = self._page(len(vus))
            nouvelles = [lettre for lettre in page if lettre.id not in vus]
            yield from nouvelles
            vus |= {lettre.id for lettre in nouvelles}
            if not nouvelles and len(page) != PAR_PAGE:
                return
            if not nouvelles:
                break
        raise Illisible(f"La liste des lettres d'{NOM} est trop longue pour être lue en entier.")

    def _page(self, debut: int) -> tuple[_Trouvee, ...]:
        parametres = {"id_user": self._expediteur, "max": str(PAR_PAGE), "start": str(debut)}
        return lire(NOM, self._session.demander("/user/mail", parametres), _ReponseListe).result

    def _verifier(self, lettre: Lettre, doute: ErreurEnvoi) -> Remise:
        """After a submission without a clear answer: the letter if AR24 has it, else a person decides.

        Not finding it proves nothing yet: AR24 may still be at work on it.
        """
        try:
            deja = self._deja(lettre)
        except ErreurEnvoi:
            deja = None
        if deja is None:
            raise incertaine(lettre, str(doute)) from doute
        return deja

    def _remise(self, clair: bytes) -> Remise:
        courrier = lire(NOM, clair, ReponseCourrier).result
        return Remise(phrase(courrier), transporteur=NOM, reference=courrier.id, reponse=clair)

    def _nouvelles(self, reference: str) -> tuple[Nouvelles, list[str]]:
        clair = self._session.demander("/mail", {"id": reference})
        courrier = lire(NOM, clair, ReponseCourrier).result
        if courrier.id != reference:
            raise Illisible(f"{NOM} répond pour une autre lettre (n° {courrier.id}).")
        passees = dates(courrier, self._clock.reel(self._clock.now()))
        dits = evenements(courrier, passees)
        documents, prouvees, manques = self._documents(courrier, set(passees))
        if not dits:
            manques.append(
                f"{NOM}, lettre n° {reference} : aucune date donnée (statut « {courrier.status} »)."
            )
        nouvelles = Nouvelles(
            reference=reference,
            evenements=dits,
            definitif=not prouvees.isdisjoint(ISSUES),
            reponse=clair,
            numero=courrier.id,
            depot=depot(passees),
            documents=tuple(documents),
        )
        return nouvelles, manques

    def _documents(
        self, courrier: Courrier, passees: set[str]
    ) -> tuple[list[DocumentDePli], set[str], list[str]]:
        """The proofs of what has happened, the dates that they prove, and what could not be had.

        Taken each time: the sender's access ends after a year (CPCE, art. R53-3, IV).
        """
        documents: list[DocumentDePli] = []
        prouvees: set[str] = set()
        manques: list[str] = []
        for preuve in PREUVES:
            adresse = getattr(courrier, preuve.champ)
            if preuve.prouve not in passees or not adresse:
                continue
            nom = f"ar24-{courrier.id}-{preuve.nom}.pdf"
            try:
                documents.append(DocumentDePli(preuve.genre, nom, self._session.telecharger(adresse)))
                prouvees.add(preuve.prouve)
            except ErreurEnvoi as error:
                manques.append(f"{NOM}, lettre n° {courrier.id} : {preuve.nom} non téléchargée. {error}")
                if isinstance(error, SansReponse):
                    break
        return documents, prouvees, manques


def _douteuse(error: ErreurEnvoi) -> bool:
    """Whether what was submitted may have been done all the same."""
    if isinstance(error, Refus):
        return bool(error.reponse.is_server_error)
    if isinstance(error, RefusAr24):
        return error.obscur
    return isinstance(error, SansReponse | Illisible) and not isinstance(error, Injoignable)


def _d_une_lettre(error: ErreurEnvoi) -> bool:
    """Whether the trouble is that letter's, so that the next one is worth asking for."""
    if isinstance(error, Refus):
        return bool(error.reponse.status_code == 404)
    if isinstance(error, RefusAr24):
        return not error.du_compte
    return not isinstance(error, SansReponse | EnMaintenance)
