"""Status pages as files: HTML, feeds and JSON that need no script and no server; the same for the server and for the static copy."""

from watchbill.adapters.notify.status.copying import write_copy
from watchbill.adapters.notify.status.mailings import Mailings
from watchbill.adapters.notify.status.site import Address, Site

__all__ = ["Address", "Mailings", "Site", "write_copy"]
