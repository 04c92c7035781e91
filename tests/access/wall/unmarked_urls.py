"""A view without a mark and one whose mark names no method, beside one that carries a whole mark."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tracker_portal import urls
from users.permissions import anyone


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@anyone.get_and_post
def marked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@anyone
def methodless(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


urlpatterns = [
    path("methodless/", methodless),
    path("nested/", include([path("forgotten/", forgotten)])),
    path("marked/", marked),
    *urls.urlpatterns,
]
