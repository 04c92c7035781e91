"""The same two views, both marked."""

from django.urls import path

from tests.access.wall.unmarked_urls import marked
from tracker_portal import urls

urlpatterns = [path("nested/forgotten/", marked), path("marked/", marked), *urls.urlpatterns]
