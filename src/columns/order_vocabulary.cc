// The common headings of files of orders, in English, German, French, Spanish and Vietnamese.
#include "columns/vocabulary_tables.h"

namespace ordo::imports {
namespace {

constexpr VocabularyRow kOrderWords[] = {
    {Role::order,
     "ordernumber orderno ordernum ordernr orderid ordername ordercode orderref orderreference amazonorderid "
     "merchantorderid salesordernumber salesorderno salesorderid salesorder salesrecordnumber purchaseid saleid "
     "saleno salenumber incrementid invoiceno invoicenumber invoicenr invoiceid invoice receiptno receiptnumber "
     "receiptid belegnr belegnummer auftragsnr auftragsnummer auftragnr auftragsid bestellnr bestellnummer "
     "bestellid bestellung auftrag rechnungsnr rechnungsnummer vorgangsnr vorgangsnummer numerocommande "
     "numerodecommande numcommande nocommande ncommande ndecommande idcommande referencecommande commande "
     "numerofacture nfacture numeropedido numerodepedido nropedido nopedido nodepedido npedido idpedido pedido "
     "numerodeorden numeroorden numerofactura madonhang sodonhang madon sodon mahoadon sohoadon donhang orderkey "
     "order transactionid number ^name entityid id"},
    {Role::status,
     "orderstatus status orderstate statusname bestellstatus auftragsstatus statut etatcommande statutcommande "
     "etat estadopedido estadodelpedido estado trangthaidonhang trangthai tinhtrang"},
    {Role::payment_status,
     "financialstatus paymentstatus paymentstate paidstatus zahlungsstatus statutpaiement etatpaiement estadopago "
     "estadodepago trangthaithanhtoan"},
    {Role::fulfillment_status,
     "fulfillmentstatus fulfilmentstatus shippingstatus shipmentstatus deliverystatus versandstatus lieferstatus "
     "statutlivraison etatlivraison estadoenvio estadodelenvio trangthaigiaohang trangthaivanchuyen"},
    {Role::cancelled_at,
     "cancelledat canceledat cancelledon canceledon cancelleddate canceleddate datecancelled datecanceled "
     "cancellationdate storniertam stornodatum dateannulation fechacancelacion ngayhuy"},
    {Role::time,
     "createdat placedat orderplacedat orderedat orderpurchasetimestamp ordertimestamp orderdatetime "
     "orderdateandtime saledate orderdate dateordered dateoforder purchasedate datecreatedgmt datecreated "
     "createddateutc createddate createdon creationdate createdtime transactiondate orderdateutc orderplaced "
     "belegdatum auftragsdatum bestelldatum erstelltam datecommande datedecommande datedelacommande fechapedido "
     "fechadepedido fechadelpedido ngaydathang ngaydat ngaymua ngayban ngaytao thoigiandathang thoigiandat "
     "thoigian invoicedate rechnungsdatum datefacture fechafactura ngayhoadon datetime timestamp date datum fecha "
     "ngay time // paidat datepaid paymentdate"},
    {Role::date,
     "date+time orderdate+ordertime saledate+saletime transactiondate+transactiontime invoicedate+invoicetime "
     "createddate+createdtime belegdatum+belegzeit belegdatum+uhrzeit bestelldatum+bestellzeit "
     "bestelldatum+uhrzeit datum+uhrzeit datum+zeit date+heure datecommande+heurecommande fecha+hora "
     "fechapedido+horapedido ngaydathang+giodathang ngay+gio"},
    {Role::time_zone, "timezone ordertimezone zeitzone fuseauhoraire zonahoraria husohorario muigio"},
    {Role::paid_at,
     "paidat paidon paidondate paiddate datepaid paymentdate paymentsdate paymentdatetime orderapprovedat "
     "bezahltam zahlungsdatum datepaiement datedepaiement fechapago fechadepago ngaythanhtoan"},
    {Role::shipped_at,
     "shippedat shippedon shippedondate shippeddate dateshipped shipdate shippingdate dispatchedat dispatchdate "
     "fulfilledat orderdeliveredcarrierdate versandtam versanddatum versendetam dateexpedition datedexpedition "
     "fechaenvio fechadeenvio ngaygui ngayguihang"},
    {Role::delivered_at,
     "deliveredat deliveredon delivereddate datedelivered actualdeliverydate orderdeliveredcustomerdate "
     "zugestelltam datereception fechaentrega fechadeentrega ngaynhanhang ngaygiaothanhcong"},
    {Role::customer,
     "customerid customerno customernumber customernr customercode custid custno customerref buyerid buyerusername "
     "clientid clientno clientcode userid accountid accountno accountnumber memberid kundennr kundennummer "
     "kundenid kdnr idclient numeroclient codeclient idcliente codigocliente numerocliente makhachhang makh "
     "idkhachhang customeruser customer client user kunde cliente khachhang"},
    {Role::email,
     "customeremail customeremailaddress email emailaddress contactemail buyeremail clientemail useremail "
     "billingemail billingaddressemail customermail mail kundenemail emailclient courriel adresseemail "
     "emailcliente correo correoelectronico thudientu shippingemail"},
    {Role::phone,
     "customerphone customerphonenumber contactphone buyerphone buyerphonenumber phone phonenumber telephone "
     "mobile mobilephone mobilenumber tel telefon telefonnummer handy portable telefono movil sodienthoai sdt "
     "dienthoai"},
    {Role::customer_name,
     "customername customerfullname buyername buyerfullname clientname fullname username kundenname nomclient "
     "nomduclient nombrecliente nombredelcliente tenkhachhang tenkh hotenkhachhang hoten hovaten "
     "customerfirstname+customerlastname firstname+lastname vorname+nachname prenom+nom nombre+apellidos ho+ten "
     "buyer"},
    {Role::location,
     "locationid warehouseid storeid location warehouse store lager lagerort entrepot almacen kho khohang"},
    {Role::currency,
     "currency currencycode ordercurrency ordercurrencycode currencyiso isocurrency totalcurrency wahrung waehrung "
     "devise moneda tiente donvitiente loaitien"},
    {Role::subtotal,
     "subtotal ordersubtotal subtotalprice cartsubtotal itemstotal itemssubtotal productstotal merchandisetotal "
     "zwischensumme warenwert soustotal totalproduits subtotalpedido tongtienhang tamtinh"},
    {Role::shipping,
     "shipping shippingtotal totalshipping shippingprice shippingcost shippingcosts shippingamount shippingcharge "
     "shippingcharges shippingfee shippingfees ordershipping ordershippingtotal ordershippingamount freight "
     "freightvalue freightamount freightcharge shippingandhandling shippinghandling postage postageandpackaging "
     "postageandpacking deliverycost deliveryfee deliverycharge versandkosten versandkostenbrutto porto "
     "lieferkosten fracht frachtkosten fraisdeport fraisport fraisdelivraison fraislivraison gastosdeenvio "
     "gastosenvio costedeenvio costoenvio phivanchuyen phiship phigiaohang cuocvanchuyen shippingtotalamount "
     "shippinglines*price shippinglines*total"},
    {Role::shipping_tax, "shippingtax shippingtaxtotal shippingtaxamount totalshippingtax"},
    {Role::shipping_discount,
     "shippingdiscount shippingdiscountamount shippromotiondiscount shippingpromotiondiscount"},
    {Role::shipping_method,
     "shippingmethod shippingmethodtitle shippingmethodname shipmethod shipmode shippingservice shipservicelevel "
     "deliverymethod shippingdescription shippingoption versandart lieferart versandmethode modelivraison "
     "modedelivraison metodoenvio metododeenvio phuongthucvanchuyen hinhthucvanchuyen hinhthucgiaohang "
     "shippinglines*methodtitle shippinglines*title"},
    {Role::tax,
     "tax taxes taxtotal totaltax taxamount ordertax ordertaxtotal ordertaxamount ordersalestax salestax "
     "salestaxamount vat vatamount vattotal totalvat gst gstamount mwst mwstbetrag mehrwertsteuer ust umsatzsteuer "
     "steuer steuerbetrag tva montanttva totaltva taxe iva impuesto impuestos totalimpuestos thue tienthue thuevat "
     "thuegtgt taxtotalamount"},
    {Role::tax_name, "tax*name tax*label taxlines*title taxlines*label taxlines*name taxes*name taxes*title"},
    {Role::tax_value, "tax*value tax*amount taxlines*price taxlines*taxtotal taxlines*amount taxes*amount"},
    {Role::marketplace_tax, "marketplacetax marketplacefacilitatortax ebaycollectedtax"},
    {Role::discount,
     "discountamount discounttotal totaldiscount totaldiscounts orderdiscount orderdiscounttotal "
     "orderdiscountamount discounts discount cartdiscount cartdiscountamount couponamount coupondiscount "
     "couponvalue promotiondiscount promotionamount rabattbetrag rabatt nachlass gutscheinbetrag gutscheinwert "
     "remise totalremise montantremise reduction descuento totaldescuento giamgia tiengiam tiengiamgia chietkhau "
     "khuyenmai discounttotalamount"},
    {Role::discount_code,
     "discountcode discountcodes couponcode couponcodes coupon coupons promocode promotioncode vouchercode voucher "
     "gutscheincode gutschein rabattcode codepromo codereduction codigodescuento cupon magiamgia makhuyenmai "
     "discountcodes*code couponlines*code coupons*code"},
    {Role::fee,
     "feetotal orderfee handlingfee handlingcost surcharge tip tips tiptotal totaltip trinkgeld phuphi "
     "feelines*total"},
    {Role::total,
     "ordertotal grandtotal total totalprice totalamount orderamount ordertotalamount ordervalue ordersum "
     "amounttotal invoicetotal totalordervalue totalorderamount totalinctax totalincltax totalgross gesamtbetrag "
     "gesamtsumme endbetrag rechnungsbetrag bruttobetrag gesamtbrutto summe montanttotal totalttc totalcommande "
     "montantttc totalpedido importetotal tongtien tongcong tongthanhtoan tongtienthanhtoan tonggiatri"},
    {Role::captured,
     "captured capturedamount amountpaid paidamount totalpaid amountreceived montantpaye importepagado dathanhtoan "
     "sotiendathanhtoan"},
    {Role::refunded,
     "refundedamount refundamount refundedtotal totalrefunded totalrefund amountrefunded refunded refund erstattet "
     "erstattung erstattungsbetrag rembourse montantrembourse reembolsado importereembolsado tienhoan sotienhoan "
     "hoantien refunds*total refunds*amount"},
    {Role::outstanding,
     "outstandingbalance outstandingamount outstanding balancedue amountdue totaldue openamount offenerbetrag "
     "restbetrag resteapayer saldopendiente conlai conphaithu"},
    {Role::payment_method,
     "paymentmethodtitle paymentmethod paymentmethodname paymenttype paymentgateway paymentmode paymentmeans "
     "methodofpayment paymentgatewaynames* gateway zahlungsart zahlungsmethode zahlungsweise zahlart modepaiement "
     "modedepaiement moyenpaiement moyendepaiement modereglement metodopago metododepago formapago formadepago "
     "phuongthucthanhtoan hinhthucthanhtoan"},
    {Role::payment_reference,
     "paymentreference paymentreferences paymentid paymenttransactionid transactionreference paypaltransactionid "
     "chargeid zahlungsreferenz referencepaiement referenciapago magiaodich"},
    {Role::carrier,
     "carrier carriername shippingcarrier shippingprovider deliverycompany trackingcompany courier "
     "versanddienstleister versender paketdienst transporteur transportista donvivanchuyen hangvanchuyen "
     "fulfillments*trackingcompany"},
    {Role::tracking,
     "trackingnumber trackingno trackingcode trackingid trackingnumbers tracking trackandtrace consignmentnumber "
     "carriertrackingnumber shipmenttrackingnumber sendungsnummer paketnummer trackingnummer numerosuivi "
     "numerodesuivi numerodeseguimiento numeroseguimiento mavandon fulfillments*trackingnumber"},
    {Role::note,
     "customernote customernotes customermessage customercomment customercomments buyernote buyernotes "
     "buyermessage buyercomments messagefrombuyer notefrombuyer ordernote ordercomment ordercomments notes note "
     "comment comments remark remarks message instructions deliveryinstructions deliverynotes specialinstructions "
     "bemerkung bemerkungen kundenhinweis kundenbemerkung anmerkung anmerkungen kommentar hinweis notiz "
     "commentaire commentaires remarque remarques notas nota observaciones comentario comentarios ghichu "
     "ghichukhachhang loinhan"},
    {Role::tags, "tags ordertags tag labels schlagworte etiquettes etiquetas nhan tags*"},
    {Role::locale, "locale language languagecode customerlocale customerlanguage sprache langue idioma ngonngu"},
    {Role::channel,
     "saleschannel orderchannel channel channelname ordersource source sourcename salessource platform marketplace "
     "verkaufskanal vertriebskanal kanal canal canaldevente canaldeventa kenhbanhang kenhban kenh nguondonhang "
     "nguon"},
    {Role::ship_name,
     "shippingname shipname shiptoname shippingaddressname shipaddressname deliveryaddressname deliveryname "
     "recipientname posttoname shippingfullname shipfullname shiptofullname shippingaddressfullname "
     "shipaddressfullname deliveryaddressfullname deliveryfullname recipientfullname posttofullname "
     "shippingfirstname+shippinglastname shipfirstname+shiplastname shiptofirstname+shiptolastname "
     "shippingaddressfirstname+shippingaddresslastname shipaddressfirstname+shipaddresslastname "
     "deliveryaddressfirstname+deliveryaddresslastname deliveryfirstname+deliverylastname "
     "recipientfirstname+recipientlastname posttofirstname+posttolastname recipient receivername consignee "
     "lieferempfanger lieferempfaenger liefername empfanger empfaenger destinataire nomlivraison destinatario "
     "nombreenvio tennguoinhan nguoinhan"},
    {Role::ship_company,
     "shippingcompany shipcompany shiptocompany shippingaddresscompany shipaddresscompany deliveryaddresscompany "
     "deliverycompany recipientcompany posttocompany lieferfirma societelivraison empresaenvio // company firma "
     "societe empresa congty"},
    {Role::ship_line1,
     "shippingaddress1 shipaddress1 shiptoaddress1 shippingaddressaddress1 shipaddressaddress1 "
     "deliveryaddressaddress1 deliveryaddress1 recipientaddress1 posttoaddress1 shippingaddressline1 "
     "shipaddressline1 shiptoaddressline1 shippingaddressaddressline1 shipaddressaddressline1 "
     "deliveryaddressaddressline1 deliveryaddressline1 recipientaddressline1 posttoaddressline1 shippingline1 "
     "shipline1 shiptoline1 deliveryline1 recipientline1 posttoline1 shippingstreet1 shipstreet1 shiptostreet1 "
     "shippingaddressstreet1 shipaddressstreet1 deliveryaddressstreet1 deliverystreet1 recipientstreet1 "
     "posttostreet1 shippingstreet shipstreet shiptostreet shippingaddressstreet shipaddressstreet "
     "deliveryaddressstreet deliverystreet recipientstreet posttostreet shippingstreetaddress shipstreetaddress "
     "shiptostreetaddress shippingaddressstreetaddress shipaddressstreetaddress deliveryaddressstreetaddress "
     "deliverystreetaddress recipientstreetaddress posttostreetaddress shippingaddress shipaddress deliveryaddress "
     "lieferstrasse lieferadresse adresselivraison adressedelivraison direccionenvio direcciondeenvio "
     "diachigiaohang diachinhanhang diachinhan // address1 addressline1 streetaddress street1 street address "
     "strasse strassehausnummer adresse adresse1 rue direccion calle diachi"},
    {Role::ship_line2,
     "shippingaddress2 shipaddress2 shiptoaddress2 shippingaddressaddress2 shipaddressaddress2 "
     "deliveryaddressaddress2 deliveryaddress2 recipientaddress2 posttoaddress2 shippingaddressline2 "
     "shipaddressline2 shiptoaddressline2 shippingaddressaddressline2 shipaddressaddressline2 "
     "deliveryaddressaddressline2 deliveryaddressline2 recipientaddressline2 posttoaddressline2 shippingline2 "
     "shipline2 shiptoline2 deliveryline2 recipientline2 posttoline2 shippingstreet2 shipstreet2 shiptostreet2 "
     "shippingaddressstreet2 shipaddressstreet2 deliveryaddressstreet2 deliverystreet2 recipientstreet2 "
     "posttostreet2 // address2 addressline2 street2 adresse2 adresszusatz direccion2"},
    {Role::ship_city,
     "shippingcity shipcity shiptocity shippingaddresscity shipaddresscity deliveryaddresscity deliverycity "
     "recipientcity posttocity shippingtown shiptown shiptotown shippingaddresstown shipaddresstown "
     "deliveryaddresstown deliverytown recipienttown posttotown shippingsuburb shipsuburb shiptosuburb "
     "shippingaddresssuburb shipaddresssuburb deliveryaddresssuburb deliverysuburb recipientsuburb posttosuburb "
     "lieferort lieferstadt villelivraison ciudadenvio thanhphogiaohang // city town ort stadt ville ciudad "
     "localidad thanhpho tinhthanh tinhthanhpho"},
    {Role::ship_region,
     "shippingstate shipstate shiptostate shippingaddressstate shipaddressstate deliveryaddressstate deliverystate "
     "recipientstate posttostate shippingprovince shipprovince shiptoprovince shippingaddressprovince "
     "shipaddressprovince deliveryaddressprovince deliveryprovince recipientprovince posttoprovince "
     "shippingprovincecode shipprovincecode shiptoprovincecode shippingaddressprovincecode shipaddressprovincecode "
     "deliveryaddressprovincecode deliveryprovincecode recipientprovincecode posttoprovincecode shippingregion "
     "shipregion shiptoregion shippingaddressregion shipaddressregion deliveryaddressregion deliveryregion "
     "recipientregion posttoregion shippingcounty shipcounty shiptocounty shippingaddresscounty shipaddresscounty "
     "deliveryaddresscounty deliverycounty recipientcounty posttocounty shippingstateprovince shipstateprovince "
     "shiptostateprovince shippingaddressstateprovince shipaddressstateprovince deliveryaddressstateprovince "
     "deliverystateprovince recipientstateprovince posttostateprovince // state province region county bundesland "
     "departement provincia tinh"},
    {Role::ship_postal_code,
     "shippingzip shipzip shiptozip shippingaddresszip shipaddresszip deliveryaddresszip deliveryzip recipientzip "
     "posttozip shippingzipcode shipzipcode shiptozipcode shippingaddresszipcode shipaddresszipcode "
     "deliveryaddresszipcode deliveryzipcode recipientzipcode posttozipcode shippingpostcode shippostcode "
     "shiptopostcode shippingaddresspostcode shipaddresspostcode deliveryaddresspostcode deliverypostcode "
     "recipientpostcode posttopostcode shippingpostalcode shippostalcode shiptopostalcode "
     "shippingaddresspostalcode shipaddresspostalcode deliveryaddresspostalcode deliverypostalcode "
     "recipientpostalcode posttopostalcode lieferplz codepostallivraison codigopostalenvio // zip zipcode postcode "
     "postalcode plz postleitzahl codepostal codigopostal mabuudien mabuuchinh"},
    {Role::ship_country,
     "shippingcountrycode shipcountrycode shiptocountrycode shippingaddresscountrycode shipaddresscountrycode "
     "deliveryaddresscountrycode deliverycountrycode recipientcountrycode posttocountrycode shippingcountryiso2 "
     "shipcountryiso2 shiptocountryiso2 shippingaddresscountryiso2 shipaddresscountryiso2 "
     "deliveryaddresscountryiso2 deliverycountryiso2 recipientcountryiso2 posttocountryiso2 shippingcountryid "
     "shipcountryid shiptocountryid shippingaddresscountryid shipaddresscountryid deliveryaddresscountryid "
     "deliverycountryid recipientcountryid posttocountryid shippingcountry shipcountry shiptocountry "
     "shippingaddresscountry shipaddresscountry deliveryaddresscountry deliverycountry recipientcountry "
     "posttocountry lieferland payslivraison paisenvio // countrycode country land pays pais quocgia"},
    {Role::ship_phone,
     "shippingphone shipphone shiptophone shippingaddressphone shipaddressphone deliveryaddressphone deliveryphone "
     "recipientphone posttophone shippingphonenumber shipphonenumber shiptophonenumber shippingaddressphonenumber "
     "shipaddressphonenumber deliveryaddressphonenumber deliveryphonenumber recipientphonenumber posttophonenumber "
     "shippingtelephone shiptelephone shiptotelephone shippingaddresstelephone shipaddresstelephone "
     "deliveryaddresstelephone deliverytelephone recipienttelephone posttotelephone liefertelefon "
     "telephonelivraison telefonoenvio sdtnguoinhan sodienthoainguoinhan"},
    {Role::bill_name,
     "billingname billname billtoname billingaddressname billaddressname invoiceaddressname billingfullname "
     "billfullname billtofullname billingaddressfullname billaddressfullname invoiceaddressfullname "
     "billingfirstname+billinglastname billfirstname+billlastname billtofirstname+billtolastname "
     "billingaddressfirstname+billingaddresslastname billaddressfirstname+billaddresslastname "
     "invoiceaddressfirstname+invoiceaddresslastname rechnungsempfanger rechnungsempfaenger rechnungsname "
     "nomfacturation nombrefacturacion tennguoimua nguoimua"},
    {Role::bill_company,
     "billingcompany billcompany billtocompany billingaddresscompany billaddresscompany invoiceaddresscompany "
     "rechnungsfirma societefacturation empresafacturacion"},
    {Role::bill_line1,
     "billingaddress1 billaddress1 billtoaddress1 billingaddressaddress1 billaddressaddress1 "
     "invoiceaddressaddress1 billingaddressline1 billaddressline1 billtoaddressline1 billingaddressaddressline1 "
     "billaddressaddressline1 invoiceaddressaddressline1 billingline1 billline1 billtoline1 invoiceaddressline1 "
     "billingstreet1 billstreet1 billtostreet1 billingaddressstreet1 billaddressstreet1 invoiceaddressstreet1 "
     "billingstreet billstreet billtostreet billingaddressstreet billaddressstreet invoiceaddressstreet "
     "billingstreetaddress billstreetaddress billtostreetaddress billingaddressstreetaddress "
     "billaddressstreetaddress invoiceaddressstreetaddress billingaddress billaddress rechnungsstrasse "
     "rechnungsadresse adressefacturation adressedefacturation direccionfacturacion direcciondefacturacion "
     "diachithanhtoan"},
    {Role::bill_line2,
     "billingaddress2 billaddress2 billtoaddress2 billingaddressaddress2 billaddressaddress2 "
     "invoiceaddressaddress2 billingaddressline2 billaddressline2 billtoaddressline2 billingaddressaddressline2 "
     "billaddressaddressline2 invoiceaddressaddressline2 billingline2 billline2 billtoline2 invoiceaddressline2 "
     "billingstreet2 billstreet2 billtostreet2 billingaddressstreet2 billaddressstreet2 invoiceaddressstreet2"},
    {Role::bill_city,
     "billingcity billcity billtocity billingaddresscity billaddresscity invoiceaddresscity billingtown billtown "
     "billtotown billingaddresstown billaddresstown invoiceaddresstown billingsuburb billsuburb billtosuburb "
     "billingaddresssuburb billaddresssuburb invoiceaddresssuburb rechnungsort rechnungsstadt villefacturation "
     "ciudadfacturacion"},
    {Role::bill_region,
     "billingstate billstate billtostate billingaddressstate billaddressstate invoiceaddressstate billingprovince "
     "billprovince billtoprovince billingaddressprovince billaddressprovince invoiceaddressprovince "
     "billingprovincecode billprovincecode billtoprovincecode billingaddressprovincecode billaddressprovincecode "
     "invoiceaddressprovincecode billingregion billregion billtoregion billingaddressregion billaddressregion "
     "invoiceaddressregion billingcounty billcounty billtocounty billingaddresscounty billaddresscounty "
     "invoiceaddresscounty billingstateprovince billstateprovince billtostateprovince billingaddressstateprovince "
     "billaddressstateprovince invoiceaddressstateprovince"},
    {Role::bill_postal_code,
     "billingzip billzip billtozip billingaddresszip billaddresszip invoiceaddresszip billingzipcode billzipcode "
     "billtozipcode billingaddresszipcode billaddresszipcode invoiceaddresszipcode billingpostcode billpostcode "
     "billtopostcode billingaddresspostcode billaddresspostcode invoiceaddresspostcode billingpostalcode "
     "billpostalcode billtopostalcode billingaddresspostalcode billaddresspostalcode invoiceaddresspostalcode "
     "rechnungsplz codepostalfacturation codigopostalfacturacion"},
    {Role::bill_country,
     "billingcountrycode billcountrycode billtocountrycode billingaddresscountrycode billaddresscountrycode "
     "invoiceaddresscountrycode billingcountryiso2 billcountryiso2 billtocountryiso2 billingaddresscountryiso2 "
     "billaddresscountryiso2 invoiceaddresscountryiso2 billingcountryid billcountryid billtocountryid "
     "billingaddresscountryid billaddresscountryid invoiceaddresscountryid billingcountry billcountry "
     "billtocountry billingaddresscountry billaddresscountry invoiceaddresscountry rechnungsland paysfacturation "
     "paisfacturacion"},
    {Role::bill_phone,
     "billingphone billphone billtophone billingaddressphone billaddressphone invoiceaddressphone "
     "billingphonenumber billphonenumber billtophonenumber billingaddressphonenumber billaddressphonenumber "
     "invoiceaddressphonenumber billingtelephone billtelephone billtotelephone billingaddresstelephone "
     "billaddresstelephone invoiceaddresstelephone rechnungstelefon telephonefacturation telefonofacturacion"},
    {Role::line_id,
     "orderitemid orderlineid orderlinenumber orderdetailid amazonorderitemid salesorderdetailid lineitemid lineid "
     "lineno linenumber line itemid position positionsnr positionsnummer pos posnr lignecommande numeroligne linea "
     "numerolinea dong sodong stt []id id"},
    {Role::product,
     "lineitemsku variantsku sku itemsku productsku skucode skuid customlabel customlabelsku sellersku merchantsku "
     "stockcode articlenumber articleno articlenr articlecode artikelnummer artikelnr artnr materialnummer "
     "materialnr itemnumber itemno itemcode partnumber partno productcode productno productnumber productreference "
     "referenceproduit refproduit codeproduit codearticle referencearticle codigoproducto codigoarticulo "
     "referenciaproducto masanpham mahang mahanghoa masp sanphamid reference ref referencia codigo / "
     "lineitemproductid itemproductid productid productvariantid variantid variationid asin ean ean13 gtin upc "
     "barcode barcodenumber isbn idproduit idproducto produktid artikelid mavach // product item article artikel "
     "material produkt produit producto sanpham hang itemid listingid []id"},
    {Role::name,
     "lineitemname lineitemtitle itemname itemtitle producttitle productname []name []title title articlename "
     "itemdescription productdescription artikelbezeichnung artikelname bezeichnung produktname produktbezeichnung "
     "designation libelle nomproduit nomduproduit nombreproducto nombredelproducto nombrearticulo descripcion "
     "tensanpham tenhanghoa tenhang tensp tenmathang description artikeltext beschreibung // product item article "
     "artikel produkt produit producto sanpham"},
    {Role::quantity,
     "lineitemquantity quantitypurchased quantityordered orderedquantity orderquantity orderqty qtyordered "
     "orderedqty itemquantity itemqty productquantity productqty purchasedquantity quantity qty bestellmenge "
     "auftragsmenge menge anzahl stuck stueck stuckzahl stueckzahl quantitecommandee quantite qte cantidadpedida "
     "cantidad cant soluongdat soluong sl units pieces pcs count"},
    {Role::unit, "unit unitofmeasure uom mengeneinheit einheit me unite unidad donvitinh dvt donvi"},
    {Role::unit_price,
     "lineitemprice unitprice priceperunit unitpricetaxincl itemunitprice productunitprice priceeach priceperitem "
     "costperitem sellingprice productprice unitsellingprice price priceinctax priceincltax einzelpreis stuckpreis "
     "stueckpreis epreis verkaufspreis vkpreis nettopreis bruttopreis preis prixunitaire prixunitairettc "
     "prixunitaireht prixttc prixht prix preciounitario precioventa precio dongia giaban gia unitpriceamount "
     "priceamount baseprice itemprice retailprice saleprice unitcost"},
    {Role::list_price,
     "lineitemcompareatprice compareatprice listprice originalprice msrp rrp uvp listenpreis prixcatalogue "
     "preciolista gianiemyet giagoc listpriceamount regularprice"},
    {Role::line_total,
     "linetotal lineitemtotal linetotalprice lineamount extendedprice extendedamount extprice rowtotal "
     "rowtotalincltax sales salesamount itemtotal itemstotalprice producttotalprice soldfor netsales linevalue "
     "gesamtnetto gesamtpreis positionsbetrag positionswert positionssumme zeilensumme nettowert totalligne "
     "montantligne totallinea importelinea importe thanhtien []total []totalprice []totalamount []totalinctax "
     "linetotalamount []amount"},
    {Role::line_subtotal,
     "linesubtotal lineitemsubtotal itemsubtotal rowsubtotal grosssales []subtotal []subtotalamount"},
    {Role::line_discount,
     "lineitemdiscount linediscount linediscountamount itemdiscount itemdiscountamount itempromotiondiscount "
     "positionsrabatt remiseligne descuentolinea []discount []discountamount []totaldiscount []discounts*amount "
     "[]discountallocations*amount linediscounttotal"},
    {Role::line_discount_rate,
     "linediscount% discount% discountpercent discountpercentage discountrate rabatt% rabattprozent nachlass% "
     "remise% tauxremise descuento% dto% chietkhau% giamgia% unitpricediscount"},
    {Role::line_tax,
     "lineitemtax linetax linetaxamount itemtax itemtaxamount itemtotaltax taxline positionssteuer []tax "
     "[]totaltax []taxamount []taxtotal []taxtotalamount []taxlines*price []taxlines*amount"},
    {Role::line_tax_rate,
     "linetaxrate itemtaxrate taxrate tax% taxpercent vatrate vat% vatpercent mwst% mwstsatz ust% ustsatz "
     "steuersatz steuer% tva% tauxtva tauxdetva iva% tipoiva thuesuat thuesuat% vatrate% []taxpercent"},
    {Role::line_shipping, "lineshipping lineitemshipping itemshipping itemshippingprice itemfreight []shippingprice"},
    {Role::line_shipping_tax, "lineshippingtax itemshippingtax"},
    {Role::line_shipping_discount, "lineshippingdiscount itemshippingdiscount"},
    {Role::line_fee, "linefee itemfee giftwrapprice giftwrapcost"},
    {Role::line_status,
     "lineitemfulfillmentstatus lineitemstatus linestatus itemstatus positionsstatus []status []fulfillmentstatus"},
    {Role::line_kind, "linekind linetype lineitemtype itemtype []kind []type"},
    {Role::returned_quantity,
     "returnedquantity quantityreturned returnedqty qtyreturned quantityrefunded refundedquantity qtyrefunded "
     "refundedqty retourmenge retourniertemenge quantiteretournee cantidaddevuelta soluongtra []returned"},
    {Role::cancelled_quantity,
     "cancelledquantity canceledquantity quantitycancelled quantitycanceled qtycancelled qtycanceled stornomenge "
     "quantiteannulee cantidadcancelada soluonghuy []cancelled"},
    {Role::parent, "parentlineid parentitemid []parentid"},
    {Role::requires_shipping, "lineitemrequiresshipping requiresshipping []requiresshipping"},
};

}  // namespace

std::span<const VocabularyRow> order_vocabulary() {
  return kOrderWords;
}

}  // namespace ordo::imports
