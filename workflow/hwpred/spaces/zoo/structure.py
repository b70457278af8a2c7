"""What timm's image networks are made of: what networks in files are."""

from hwpred.spaces.network_files.structure import contents

__all__ = ["contents"]
