"""What timm's image networks are made of: what networks in files are."""

from hwpred.structure.network_files import contents

__all__ = ["contents"]
