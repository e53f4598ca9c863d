"""The claim and its evidence: from an unpaid French invoice to a sealed dossier."""
