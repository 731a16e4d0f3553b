"""The methods of products, SKUs, offers and services, as the tests call them."""

from clients import b64

PRODUCTS, OFFERS = 14, 15
PHOTOS = {PRODUCTS: "property44", OFFERS: "property45"}
# method's prefix: block, result key of add and update, of get, of list, element type
KINDS = {"product": (PRODUCTS, "element", "product", "products", 1),
         "product.sku": (PRODUCTS, "sku", "sku", "units", 3),
         "product.offer": (OFFERS, "offer", "offer", "offers", 4),
         "product.service": (PRODUCTS, "service", "service", "services", 7)}
# every field that can be written, and what the others read
VALUES = {"active": "N", "barcodeMulti": "Y", "bundle": "Y", "canBuyZero": "Y", "code": "samovar",
          "dateActiveFrom": "2026-03-04T10:00:00+00:00", "dateActiveTo": "2027-03-04T00:00:00+00:00",
          "detailText": "<b>Hot</b>", "detailTextType": "html", "height": 12.5,
          "iblockSection": [31, 7], "iblockSectionId": 7, "length": 40, "measure": 5,
          "name": "Samovär", "previewText": "Tea for all", "previewTextType": "text",
          "quantity": 3.25, "quantityTrace": "Y", "sort": 340, "subscribe": "Y", "vatId": 1,
          "vatIncluded": "Y", "weight": 4200, "width": 30, "xmlId": "bx-1"}
DEFAULTS = {"active": "Y", "available": "Y", "barcodeMulti": "N", "bundle": "N", "canBuyZero": "N",
            "code": None, "dateActiveFrom": None, "dateActiveTo": None, "detailPicture": None,
            "detailText": None, "detailTextType": "text", "height": None, "iblockSection": None,
            "iblockSectionId": None, "length": None, "measure": None, "previewPicture": None,
            "previewText": None, "previewTextType": "text", "quantity": None,
            "quantityTrace": "N", "sort": 500, "subscribe": "N", "vatId": None,
            "vatIncluded": "N", "weight": None, "width": None, "xmlId": None}


class Products:
    """The methods of one kind of product."""

    def __init__(self, bx, kind="product", parent=None):
        self.bx, self.kind, self.parent = bx, kind, parent
        self.block, self.written, self.one, self.many, self.type = KINDS[kind]

    def call(self, verb, parameters=None, **options):
        return self.bx.call(f"catalog.{self.kind}.{verb}", parameters, **options)

    def result(self, verb, parameters=None, **options):
        return self.bx.result(f"catalog.{self.kind}.{verb}", parameters, **options)

    def fields(self, **fields):
        whole = {"iblockId": self.block, "name": "A thing", **fields}
        if self.parent and "parentId" not in whole:
            whole["parentId"] = self.parent
        return whole

    def add(self, form="json", **fields):
        result = self.result("add", {"fields": self.fields(**fields)}, form=form)
        assert list(result) == [self.written]
        return result[self.written]

    def update(self, identity, form="json", **fields):
        result = self.result("update", {"id": identity, "fields": fields}, form=form)
        assert list(result) == [self.written]
        return result[self.written]

    def get(self, identity):
        result = self.result("get", {"id": identity})
        assert list(result) == [self.one]
        return result[self.one]

    def list(self, filters, select=("*",), **parameters):
        return self.result("list", {"select": list(select), **parameters,
                                    "filter": {"iblockId": self.block, **filters}})[self.many]

    def found(self, filters, **parameters):
        return [row["id"] for row in self.list(filters, ("id", "iblockId"), **parameters)]


def file_data(content, name="picture.png"):
    return {"fileData": [name, b64(content)]}
