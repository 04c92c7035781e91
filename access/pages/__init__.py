"""What the pages of User access management share: counts, the page that asks before an act, forms."""
