"""Maileva (La Poste): registered letters printed, posted and followed through its API.

Read, never tried on the real service: TypeScript declarations generated from Maileva's OpenAPI descriptions of
`registered_mail` v4 and `notification_center` v2, the v2 description in mmeisso/maileva-api-adapter-v2 (lengths),
cube43/maileva (events, answer expected of a webhook), pymissive and Maarch Courrier (clients in use). Not
verified: whether `custom_id` and `custom_data` come back in the list of sendings as the description says, the
largest page of that list, the order of its pages, and how fast a submitted sending leaves the state DRAFT.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from dossier.adapters.transporteurs import maileva_abonnements
from dossier.adapters.transporteurs.maileva_adresse import PAYS
from dossier.adapters.transporteurs.maileva_compte import NOM, URL, URL_CONNEXION, Compte
from dossier.adapters.transporteurs.maileva_demande import Options, demande_de
from dossier.adapters.transporteurs.maileva_envoi import Guichet
from dossier.adapters.transporteurs.maileva_suivi import Registre
from dossier.core.errors import ConfigurationInvalide
from dossier.core.ports import Lettre, Releve, Remise

ARCHIVAGES = (3, 6, 10)
"""Years during which Maileva keeps what it scanned."""


class PosteMaileva:
    """Implements `ports.Poste` and `ports.Suivi`; a reference is Maileva's id of the sending."""

    nom = NOM
    electronique = False

    def __init__(
        self,
        client: str,
        secret: str,
        utilisateur: str,
        mot_de_passe: str,
        *,
        url: str = URL,
        url_connexion: str = URL_CONNEXION,
        couleur: bool = False,
        recto_verso: bool = True,
        feuille_adresse: bool = True,
        archivage: int = 3,
        courriel: str = "",
        dormir: Callable[[float], None] = time.sleep,  # noqa: TID251 - handed to Api, bounded there
        montre: Callable[[], float] = time.monotonic,
    ) -> None:
        """`feuille_adresse`: the address on a sheet of its own, so that nothing is printed over the letter.

        `archivage`: years, 3, 6 or 10. `courriel`: where Maileva writes of each letter; nowhere when empty.
        Raises ConfigurationInvalide.
        """
        if archivage not in ARCHIVAGES:
            raise ConfigurationInvalide(
                f"Maileva archive 3, 6 ou 10 ans, pas {archivage} : corrigez la durée d'archivage dans les réglages."
            )
        if not all((client, secret, utilisateur, mot_de_passe)):
            raise ConfigurationInvalide(
                "Pour Maileva, il faut l'identifiant et le secret du client, l'utilisateur et son mot de passe : "
                "complétez les réglages."
            )
        self._compte = Compte(
            client,
            secret,
            utilisateur,
            mot_de_passe,
            url=url,
            url_connexion=url_connexion,
            dormir=dormir,
            montre=montre,
        )
        self._options = Options(couleur, recto_verso, feuille_adresse, archivage, courriel)

    def dessert(self, pays: str) -> bool:
        """France and the territories that its registered letters reach."""
        return pays in PAYS

    def remettre(self, lettre: Lettre) -> Remise:
        """Hand over a registered letter, once for ever.

        Raises ErreurEnvoi: nothing was sent, or the same call again finds out first. Raises RemiseIncertaine:
        Maileva cannot say whether it has it.
        """
        return Guichet(self._compte).remettre(demande_de(lettre, self._options))

    def relever(self, references: Sequence[str]) -> Releve:
        """What became of those sendings; outages are told in `pannes`.

        The raw answer of each is that of the sending, a line feed, and that of its recipients.
        """
        return Registre(self._compte).relever(references)

    def abonner(self, url: str) -> tuple[str, ...]:
        """Have Maileva call that address, that of a `Sonnette`; gives the events that were not asked for yet.

        Raises ConfigurationInvalide, ErreurEnvoi.
        """
        return maileva_abonnements.abonner(self._compte, url)
