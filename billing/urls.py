from django.urls import path

from billing import payer_views, views

app_name = "billing"

urlpatterns = [
    path("pricing/", views.pricing, name="pricing"),
    path("o/<slug:org>/billing/", views.detailed, name="detailed"),
    path("o/<slug:org>/billing/day/", views.day, name="day"),
    path("o/<slug:org>/billing/payer/", payer_views.payer, name="payer"),
]
