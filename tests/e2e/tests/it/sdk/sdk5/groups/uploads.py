import base64
import urllib.request

import clicksend_client as c

# The smallest GIF there is.
GIF = b'GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;'


def picture(s):
    """The link of a picture that was uploaded."""
    upload = c.UploadFile(content=base64.b64encode(GIF).decode())
    return s.succeeded(s.api('UploadApi').uploads_post(upload, 'mms'))['_url']


def run(s):
    with urllib.request.urlopen(picture(s)) as answer:
        s.check((answer.headers['Content-Type'], answer.read()) == ('image/gif', GIF), 'what was uploaded')
    s.refused(400, s.api('UploadApi').uploads_post, c.UploadFile(content='bm90aGluZw=='), 'mms')
