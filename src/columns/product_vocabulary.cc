// The common headings of files of products, in English, German, French, Spanish and Vietnamese.
#include "columns/vocabulary_tables.h"

namespace ordo::imports {
namespace {

constexpr VocabularyRow kProductWords[] = {
    {Role::location,
     "locationid warehouseid location warehouse lager lagerort entrepot almacen kho khohang storeid store"},
    {Role::currency, "currency currencycode pricecurrency wahrung waehrung devise moneda tiente donvitiente loaitien"},
    {Role::product,
     "variantsku sku productsku itemsku skucode skuid customlabel customlabelsku sellersku merchantsku "
     "articlenumber articleno articlenr articlecode artikelnummer artikelnr artnr materialnummer materialnr "
     "stockcode productcodesku productcode productno productnumber itemnumber itemno itemcode partnumber partno "
     "referenceproduit refproduit codeproduit codearticle referencearticle codigoproducto codigoarticulo "
     "referenciaproducto masanpham mahang mahanghoa masp reference ref referencia codigo / productid idproduct "
     "itemid variantid variationid idproduit idproducto produktid artikelid asin asin1 ean ean13 gtin upc barcode "
     "isbn mavach code id // product item article artikel material produkt produit producto sanpham handle"},
    {Role::name,
     "producttitle productname title itemname itemtitle name articlename artikelbezeichnung artikelname "
     "bezeichnung produktname produktbezeichnung designation libelle nomproduit nomduproduit nom nombreproducto "
     "nombredelproducto nombre tensanpham tenhanghoa tenhang tensp tenmathang ten itemdescription "
     "productdescription description artikeltext descripcion // product item article artikel produkt produit "
     "producto sanpham"},
    {Role::parent,
     "parentsku parentid parentproduct parentproductid parent itemgroupid mastersku vaterartikel produitparent "
     "spcha"},
    {Role::option_name, "option*name attribute*name variant*name variation*name"},
    {Role::option_value, "option*value attribute*value attribute*values variant*value variation*value"},
    {Role::price,
     "price variantprice regularprice productprice sellingprice retailprice unitprice salesprice standardprice "
     "defaultprice baseprice listprice itemprice priceinctax priceincltax pricetaxincluded priceexcltax priceextax "
     "pricetaxexcluded priceamount verkaufspreis vkpreis vk bruttopreis preis regularerpreis einzelpreis "
     "nettopreis listenpreis prixdevente prixttc prixttcht prixht prix prixunitaire tarifnormal precioventa "
     "preciodeventa precionormal pvp precio preciounitario giaban giabanle gianiemyet gia dongia currentprice "
     "startprice"},
    {Role::sale_price,
     "saleprice specialprice promotionprice promotionalprice promoprice offerprice discountedprice reducedprice "
     "variantsaleprice aktionspreis angebotspreis sonderpreis prixpromo prixpromotionnel tarifpromo preciooferta "
     "preciorebajado giakhuyenmai giagiam giauudai"},
    {Role::sale_starts,
     "datesalepricestarts salepricestarts salepricestart salepricestartdate salestartdate saleeffectivefrom "
     "specialpricefromdate specialfromdate discountfrom dateonsalefrom dateonsalefromgmt aktionab "
     "fechainiciooferta ngaybatdaukm"},
    {Role::sale_ends,
     "datesalepriceends salepriceends salepriceend salepriceenddate saleenddate saleeffectiveto specialpricetodate "
     "specialtodate discountto dateonsaleto dateonsaletogmt aktionbis fechafinoferta ngayketthuckm"},
    {Role::category,
     "category categories productcategory productcategories categoryname itemcategory categorypath productgroup "
     "itemgroup department warengruppe kategorie kategorien artikelgruppe categorie categoriesproduit famille "
     "rayon categoria categorias familia danhmuc danhmucsanpham nhomhang nhomsanpham loaihang loaisanpham "
     "categories*name reportingcategory categoryid"},
    {Role::stock,
     "stock stockquantity stocklevel currentstocklevel currentstock stockqty qtyinstock quantityinstock "
     "unitsinstock variantinventoryqty inventoryquantity inventoryqty inventorylevel inventory onhand "
     "quantityonhand qtyonhand availablequantity quantityavailable availablestock available quantity qty instock "
     "lagerbestand bestand lagermenge verfugbar verfuegbar menge anzahl quantiteenstock enstock quantite qte "
     "existencias stockdisponible cantidad inventario tonkho soluongton soluongtonkho soluong ton"},
    {Role::product_status,
     "productstatus status state published publishedononlinestore productonline active isactive enabled visible "
     "forsale sellable availableforsale allowpurchases productvisible discontinued isdiscontinued archived aktiv "
     "veroffentlicht veroeffentlicht auslaufartikel actif publie activo publicado descatalogado trangthai kichhoat "
     "dangban"},
    {Role::product_type, "producttype itemtype type typ artikeltyp typeproduit tipo tipoproducto loai"},
    {Role::weight,
     "weightg weightgrams weightingrams grams variantgrams weightvaluegrams weightkg weightlb weightlbs weightoz "
     "shippingweight itemweight productweight weight gewichtg gewichtkg gewicht poidskg poids pesokg peso "
     "khoiluonggram khoiluong trongluong cannang"},
    {Role::weight_unit, "weightunit variantweightunit weightuom gewichtseinheit unitepoids unidadpeso donvikhoiluong"},
    {Role::tax_class,
     "taxclass taxclassname taxcategory producttaxclass steuerklasse steuerkategorie classetaxe clasedeimpuesto "
     "loaithue"},
    {Role::requires_shipping, "requiresshipping variantrequiresshipping shippable isshippable versandpflichtig"},
};

}  // namespace

std::span<const VocabularyRow> product_vocabulary() {
  return kProductWords;
}

}  // namespace ordo::imports
