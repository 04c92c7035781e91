"""What every answer forbids a browser, whatever a page should come to hold."""

from csp.constants import SELF

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}

# Passkeys and the copy buttons are all that pages of ours ask a browser for.
PERMISSIONS_POLICY = ", ".join(
    [f"{feature}=()" for feature in "accelerometer camera display-capture geolocation gyroscope magnetometer".split()]
    + [f"{feature}=()" for feature in "microphone midi payment screen-wake-lock serial usb xr-spatial-tracking".split()]
    + [
        f"{feature}=(self)"
        for feature in "clipboard-write publickey-credentials-create publickey-credentials-get".split()
    ]
)
