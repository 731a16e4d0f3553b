/* /swagger/ (superoffice 12.3): a page that reads /api/swagger/v1.json and lists what is there. */
#include "dialect/superoffice/superoffice.h"

#define BODY_MAX (64 << 10)

static const char style[] =
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;"
    "color:#1c2733;background:#fff}"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid #d5dce3}"
    "summary{cursor:pointer;padding:.3rem 0}summary b{display:inline-block;width:4.5rem}"
    "code{font-size:.92em}.why{color:#5a6875}"
    "table{border-collapse:collapse;margin:.3rem 0 1rem 4.5rem}"
    "td,th{text-align:left;padding:.15rem 1rem .15rem 0;vertical-align:top;font-weight:400}"
    "th{color:#5a6875}"
    "@media(prefers-color-scheme:dark){body{color:#dde5ec;background:#14191f}"
    "h2{border-color:#36424e}.why,th{color:#93a3b1}a{color:#7db4ff}}";

/* Text goes in as text, never as HTML: the description is data. */
static const char script[] =
    "'use strict';\n"
    "const list=document.getElementById('list');\n"
    "function add(to,name,text){const one=document.createElement(name);"
    "if(text!==undefined)one.textContent=text;to.append(one);return one}\n"
    "function row(table,cells){const tr=add(table,'tr');"
    "cells.forEach((cell,i)=>add(tr,i?'td':'th',cell))}\n"
    "function typeOf(s){if(!s)return'';if(s.$ref)return s.$ref.split('/').pop();"
    "if(s.type==='array')return typeOf(s.items)+'[]';return s.format||s.type||'any'}\n"
    "function show(api){\n"
    "const tags=new Map();\n"
    "for(const[path,item]of Object.entries(api.paths))"
    "for(const[method,one]of Object.entries(item)){"
    "const tag=one.tags[0];if(!tags.has(tag))tags.set(tag,[]);"
    "tags.get(tag).push([method,path,one])}\n"
    "for(const[tag,operations]of tags){add(list,'h2',tag);"
    "for(const[method,path,one]of operations)operation(api,method,path,one)}}\n"
    "function operation(api,method,path,one){\n"
    "const box=add(list,'details'),head=add(box,'summary');\n"
    "add(head,'b',method.toUpperCase());add(head,'code',path);add(head,'span',' '+one.summary)"
    ".className='why';\n"
    "const table=add(box,'table');\n"
    "for(let p of one.parameters){if(p.$ref)p=api.parameters[p.$ref.split('/').pop()];"
    "row(table,[p.in+(p.required?', required':''),p.name,"
    "p.schema?typeOf(p.schema):p.enum?p.enum.join(' | '):typeOf(p),p.description||''])}\n"
    "for(let[status,r]of Object.entries(one.responses)){"
    "if(r.$ref)r=api.responses[r.$ref.split('/').pop()];"
    "row(table,['answer',status,typeOf(r.schema),r.description])}}\n"
    "fetch(list.dataset.from).then(r=>{if(!r.ok)throw new Error(r.status);return r.json()})"
    ".then(show).catch(e=>add(list,'p','The description could not be read: '+e.message));\n";

enum err_code so_swagger_page_get(struct call *c, struct err *e)
{
    struct strbuf body;
    struct strbuf from;

    strbuf_init(&from, c->arena, 64, BODY_MAX / 2);
    so_prefix_write(c, &from); /* percent-encoded: nothing in it means anything in HTML */
    strbuf_lit(&from, "/api/swagger/v1.json");
    strbuf_init(&body, c->arena, 512, BODY_MAX);
    strbuf_lit(&body, "<h1>SuperOffice WebAPI v1</h1><p>Everything that this server answers; for "
                      "programs: <a href=\"");
    strbuf_add(&body, strbuf_bytes(&from));
    strbuf_lit(&body, "\">v1.json</a></p><main id=\"list\" data-from=\"");
    strbuf_add(&body, strbuf_bytes(&from));
    strbuf_lit(&body, "\"></main>");
    if (from.failed || body.failed)
        return err_set(e, ERR_NO_MEMORY, "page");
    return so_page_reply(c,
                         &(struct so_page){ .title = B("SuperOffice WebAPI v1"),
                                            .style = bytes_of(style, sizeof style - 1),
                                            .script = bytes_of(script, sizeof script - 1),
                                            .body = strbuf_bytes(&body) },
                         e);
}
