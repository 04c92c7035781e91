"""A view without a mark, beside one that carries a mark."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tracker_portal import urls
from users.doors import anyone


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@anyone
def marked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


urlpatterns = [
    path("nested/", include([path("forgotten/", forgotten)])),
    path("marked/", marked),
    *urls.urlpatterns,
]
