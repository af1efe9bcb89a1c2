-- Everything that defines a schema, as rows of text: kind, name, the name of what it belongs to or null, definition.
-- Read with an empty search_path, so that names in definitions have their schema. {schemas} and {relations} stand for
-- the schemas and relations that count. Nothing here is an OID, a file or a statistic. Works on PostgreSQL 14 to 18:
-- what only some of them have is reached through to_jsonb or pg_depend.

select 'schema', quote_ident(n.nspname), null, 'owner ' || pg_get_userbyid(n.nspowner) from {schemas} n;

select case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'f' then 'foreign table'
            when 'v' then 'view' when 'm' then 'materialized view' else 'composite type' end,
       c.called, null,
       concat_ws('; ',
           'owner ' || pg_get_userbyid(c.relowner),
           case c.relpersistence when 'u' then 'unlogged' end,
           case when c.relkind in ('r', 'm') then 'access method ' || am.amname end,
           'tablespace ' || space.spcname,
           'options ' || (select string_agg(o, ', ' order by o) from unnest(c.reloptions) o),
           'toast options ' || (select string_agg(o, ', ' order by o)
               from pg_class toast, unnest(toast.reloptions) o where toast.oid = c.reltoastrelid),
           case when c.relrowsecurity then 'row level security enabled' end,
           case when c.relforcerowsecurity then 'row level security forced' end,
           case when c.relkind in ('r', 'p') then case c.relreplident when 'f' then 'replica identity full'
               when 'n' then 'replica identity nothing' when 'i' then 'replica identity by index' end end,
           case when c.relkind = 'p' then 'partitioned by ' || pg_get_partkeydef(c.oid) end,
           'inherits ' || (select string_agg(concat_ws(' ', i.inhparent::regclass::text,
                   case when (to_jsonb(i) ->> 'inhdetachpending')::boolean then '(being detached)' end),
                   ', ' order by i.inhseqno) from pg_inherits i where i.inhrelid = c.oid),
           'as partition ' || pg_get_expr(c.relpartbound, c.oid),
           'of type ' || nullif(c.reloftype, 0)::regtype::text,
           (select 'of server ' || s.srvname || coalesce(' ' || array_to_string(f.ftoptions, ', '), '')
               from pg_foreign_table f join pg_foreign_server s on s.oid = f.ftserver where f.ftrelid = c.oid),
           case when c.relkind = 'm' and not c.relispopulated then 'not populated' end,
           case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end)
from {relations} c
left join pg_am am on am.oid = c.relam
left join pg_tablespace space on space.oid = c.reltablespace
where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c');

select 'column', c.called || '.' || quote_ident(a.attname), c.called,
       concat_ws(' ',
           format_type(a.atttypid, a.atttypmod),
           case when a.attcollation <> t.typcollation then 'collate ' || a.attcollation::regcollation::text end,
           case when a.attnotnull then 'not null' end,
           case a.attgenerated when '' then 'default ' || pg_get_expr(d.adbin, d.adrelid)
               else 'generated ' || case a.attgenerated when 's' then 'stored ' else 'virtual ' end
                   || pg_get_expr(d.adbin, d.adrelid) end,
           case a.attidentity when 'a' then 'identity always' when 'd' then 'identity by default' end,
           case when a.attstorage <> t.typstorage then 'storage ' || case a.attstorage when 'p' then 'plain'
               when 'e' then 'external' when 'm' then 'main' else 'extended' end end,
           case a.attcompression when 'p' then 'compression pglz' when 'l' then 'compression lz4' end,
           'statistics ' || nullif(to_jsonb(a) ->> 'attstattarget', '-1'),
           'options ' || (select string_agg(o, ', ' order by o) from unnest(a.attoptions) o
               where o not like 'pg\_attver=%'), -- the server's own, seen on 17.12: another number for each column added
           'foreign options ' || array_to_string(a.attfdwoptions, ', '),
           case when a.attinhcount > 0 then 'inherited' end,
           case when a.attinhcount > 0 and a.attislocal then 'and its own' end)
from {relations} c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c');

select 'constraint', quote_ident(k.conname) || ' on ' || c.called, c.called,
       concat_ws('; ',
           pg_get_constraintdef(k.oid),
           case when not k.convalidated then 'not validated' end,
           case when k.coninhcount > 0 then 'inherited' end,
           case when k.coninhcount > 0 and k.conislocal then 'and its own' end,
           (select string_agg(concat(case g.tgenabled when 'D' then 'disabled' when 'R' then 'on a replica only'
                       else 'always' end, ' on ', g.tgrelid::regclass), ', ' order by g.tgrelid::regclass::text, g.tgtype)
               from pg_trigger g where g.tgconstraint = k.oid and g.tgisinternal and g.tgenabled <> 'O'))
from pg_constraint k join {relations} c on c.oid = k.conrelid;

select 'constraint', quote_ident(k.conname) || ' of domain ' || regexp_replace(k.contypid::regtype::text, '^public\.', ''),
       regexp_replace(k.contypid::regtype::text, '^public\.', ''),
       pg_get_constraintdef(k.oid) || case when k.convalidated then '' else '; not validated' end
from pg_constraint k join pg_type t on t.oid = k.contypid join {schemas} n on n.oid = t.typnamespace;

select 'index', case when s.nspname = 'public' then '' else quote_ident(s.nspname) || '.' end || quote_ident(x.relname), c.called,
       concat_ws('; ',
           pg_get_indexdef(i.indexrelid),
           case when not i.indisvalid then 'invalid' end,
           case when not i.indisready then 'not ready' end,
           case when i.indisreplident then 'replica identity' end,
           case when i.indisclustered then 'clustered on' end,
           'tablespace ' || space.spcname,
           'part of ' || (select inhparent::regclass::text from pg_inherits where inhrelid = i.indexrelid),
           'statistics ' || (select string_agg(a.attnum || ': ' || (to_jsonb(a) ->> 'attstattarget'), ', ' order by a.attnum)
               from pg_attribute a where a.attrelid = i.indexrelid and (to_jsonb(a) ->> 'attstattarget') <> '-1'))
from pg_index i
join {relations} c on c.oid = i.indrelid
join pg_class x on x.oid = i.indexrelid
join pg_namespace s on s.oid = x.relnamespace
left join pg_tablespace space on space.oid = x.reltablespace;

select 'trigger', quote_ident(g.tgname) || ' on ' || c.called, c.called,
       pg_get_triggerdef(g.oid) || case g.tgenabled when 'O' then '' when 'D' then '; disabled'
           when 'R' then '; on a replica only' else '; always' end
from pg_trigger g join {relations} c on c.oid = g.tgrelid where not g.tgisinternal;

select 'rule', quote_ident(r.rulename) || ' on ' || c.called, c.called,
       pg_get_ruledef(r.oid) || case r.ev_enabled when 'O' then '' when 'D' then '; disabled'
           when 'R' then '; on a replica only' else '; always' end
from pg_rewrite r join {relations} c on c.oid = r.ev_class where r.rulename <> '_RETURN';

select 'policy', quote_ident(p.polname) || ' on ' || c.called, c.called,
       concat_ws(' ', case when p.polpermissive then 'permissive' else 'restrictive' end,
           'for', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
               else 'all' end,
           'to', (select string_agg(case role when 0 then 'public' else pg_get_userbyid(role)::text end, ', '
               order by role = 0, pg_get_userbyid(role)) from unnest(p.polroles) role),
           'using ' || pg_get_expr(p.polqual, p.polrelid),
           'with check ' || pg_get_expr(p.polwithcheck, p.polrelid))
from pg_policy p join {relations} c on c.oid = p.polrelid;

select 'sequence', c.called, null,
       concat_ws(' ', format_type(s.seqtypid, null), 'start', s.seqstart, 'increment', s.seqincrement, 'from', s.seqmin, 'to',
           s.seqmax, 'cache', s.seqcache, case when s.seqcycle then 'cycle' end,
           case when c.relpersistence = 'u' then 'unlogged' end,
           '; owned by ' || (select d.refobjid::regclass || '.' || quote_ident(a.attname)
               from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
               where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass
                 and d.deptype in ('a', 'i')),
           '; owner ' || pg_get_userbyid(c.relowner))
from pg_sequence s join {relations} c on c.oid = s.seqrelid;

select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
       regexp_replace(p.oid::regprocedure::text, '^public\.', ''), null,
       concat_ws('; ', 'owner ' || pg_get_userbyid(p.proowner),
           case when p.prokind = 'a' then (select concat_ws(' ', 'returns', format_type(p.prorettype, null), 'kind', g.aggkind,
                   'step', g.aggtransfn, 'state', g.aggtranstype::regtype, 'begin', g.agginitval, 'end', g.aggfinalfn,
                   'combine', g.aggcombinefn, 'order', nullif(g.aggsortop, 0)::regoperator, 'parallel', p.proparallel)
               from pg_aggregate g where g.aggfnoid = p.oid)
           else pg_get_functiondef(p.oid) end)
from pg_proc p join {schemas} n on n.oid = p.pronamespace
where not exists (select from pg_depend d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'));

select case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range' else 'type' end,
       regexp_replace(t.oid::regtype::text, '^public\.', ''), null,
       concat_ws('; ', 'owner ' || pg_get_userbyid(t.typowner),
           (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
           case when t.typtype = 'd' then concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
               case when t.typcollation <> b.typcollation then 'collate ' || t.typcollation::regcollation::text end,
               case when t.typnotnull then 'not null' end, 'default ' || t.typdefault) end,
           (select concat_ws(' ', 'of', format_type(r.rngsubtype, null), nullif(r.rngcollation, 0)::regcollation::text,
                   c.opcname, 'canonical ' || nullif(r.rngcanonical, 0)::regproc, 'difference ' || nullif(r.rngsubdiff, 0)::regproc)
               from pg_range r join pg_opclass c on c.oid = r.rngsubopc where r.rngtypid = t.oid),
           case when t.typtype = 'b' then concat_ws(' ', t.typinput, t.typoutput, t.typlen, t.typalign, t.typstorage) end)
from pg_type t join {schemas} n on n.oid = t.typnamespace left join pg_type b on b.oid = t.typbasetype
where (t.typtype in ('e', 'd', 'r') or t.typtype = 'b' and t.typcategory <> 'A' and t.typelem = 0)
  and not exists (select from pg_depend d
    where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype in ('e', 'i'));

select 'statistics', regexp_replace(quote_ident(n.nspname) || '.' || quote_ident(s.stxname), '^public\.', ''), c.called,
       concat_ws('; ', pg_get_statisticsobjdef(s.oid), 'owner ' || pg_get_userbyid(s.stxowner),
           'target ' || nullif(to_jsonb(s) ->> 'stxstattarget', '-1'))
from pg_statistic_ext s join {schemas} n on n.oid = s.stxnamespace join {relations} c on c.oid = s.stxrelid;

select 'publication', quote_ident(p.pubname), null,
       concat_ws(' ', 'owner ' || pg_get_userbyid(p.pubowner), to_jsonb(p) - 'oid' - 'pubname' - 'pubowner')
from pg_publication p;

select 'published table', quote_ident(t.schemaname) || '.' || quote_ident(t.tablename) || ' in ' || quote_ident(t.pubname),
       quote_ident(t.pubname),
       concat_ws(' ', 'columns ' || (to_jsonb(t) ->> 'attnames'), 'where ' || (to_jsonb(t) ->> 'rowfilter'))
from pg_publication_tables t join pg_publication p on p.pubname = t.pubname
where not p.puballtables and (t.schemaname, t.tablename) in
    (select n.nspname, c.relname from {relations} c join pg_namespace n on n.oid = c.relnamespace);

select 'published schema', o.identity, null, ''
from pg_depend d, pg_identify_object(d.classid, d.objid, 0) o
where d.classid = to_regclass('pg_catalog.pg_publication_namespace') and d.refclassid = 'pg_publication'::regclass;

select 'extension', quote_ident(e.extname), null, e.extversion || ' in schema ' || quote_ident(n.nspname)
from pg_extension e join pg_namespace n on n.oid = e.extnamespace;

select 'event trigger', quote_ident(e.evtname), null,
       concat_ws(' ', 'on', e.evtevent, 'for ' || array_to_string(e.evttags, ', '), 'calls', e.evtfoid::regprocedure, 'owner',
           pg_get_userbyid(e.evtowner),
           case e.evtenabled when 'O' then null when 'D' then 'disabled' when 'R' then 'on a replica only' else 'always' end)
from pg_event_trigger e;

select 'default privileges', concat_ws(' ', 'of', pg_get_userbyid(a.defaclrole), 'in schema ' || quote_ident(n.nspname), 'on',
       case a.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
           when 'n' then 'schemas' else a.defaclobjtype::text end), null, {grants:a.defaclacl}
from pg_default_acl a left join pg_namespace n on n.oid = a.defaclnamespace;

select 'grants', 'on ' || c.called, c.called,
       {grants:coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner))}
from {relations} c where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S');

select 'grants', 'on ' || c.called || '.' || quote_ident(a.attname), c.called, {grants:a.attacl}
from {relations} c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
where cardinality(a.attacl) > 0;

select 'grants', 'on schema ' || quote_ident(n.nspname), quote_ident(n.nspname),
       {grants:coalesce(n.nspacl, acldefault('n', n.nspowner))}
from {schemas} n;

select 'grants', 'on ' || regexp_replace(p.oid::regprocedure::text, '^public\.', ''),
       regexp_replace(p.oid::regprocedure::text, '^public\.', ''),
       {grants:coalesce(p.proacl, acldefault('f', p.proowner))}
from pg_proc p join {schemas} n on n.oid = p.pronamespace
where not exists (select from pg_depend d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'));

select 'grants', 'on ' || regexp_replace(t.oid::regtype::text, '^public\.', ''),
       regexp_replace(t.oid::regtype::text, '^public\.', ''),
       {grants:coalesce(t.typacl, acldefault('T', t.typowner))}
from pg_type t join {schemas} n on n.oid = t.typnamespace
where t.typtype in ('e', 'd', 'r') and not exists (select from pg_depend d
    where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype in ('e', 'i'));

select 'comment', concat('on ', o.type, ' ', o.identity),
       case when d.classoid = 'pg_class'::regclass then (select c.called from {relations} c where c.oid = d.objoid) end,
       d.description
from pg_description d cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) o
where (d.objoid >= 16384 or d.classoid = 'pg_namespace'::regclass and d.objoid = 'public'::regnamespace)
  and not exists (select from pg_depend e where e.classid = d.classoid and e.objid = d.objoid and e.deptype = 'e')
  and (d.classoid <> 'pg_class'::regclass or d.objoid in (select oid from {relations} c)
    or d.objoid in (select i.indexrelid from pg_index i join {relations} c on c.oid = i.indrelid));

select 'object', o.type || ' ' || o.identity, null, ''
from (select 'pg_cast'::regclass as kind, oid from pg_cast
      union all select 'pg_collation'::regclass, oid from pg_collation
      union all select 'pg_operator'::regclass, oid from pg_operator
      union all select 'pg_opclass'::regclass, oid from pg_opclass
      union all select 'pg_opfamily'::regclass, oid from pg_opfamily
      union all select 'pg_ts_config'::regclass, oid from pg_ts_config
      union all select 'pg_ts_dict'::regclass, oid from pg_ts_dict
      union all select 'pg_language'::regclass, oid from pg_language
      union all select 'pg_foreign_server'::regclass, oid from pg_foreign_server
      union all select 'pg_foreign_data_wrapper'::regclass, oid from pg_foreign_data_wrapper) x
cross join lateral pg_identify_object(x.kind, x.oid, 0) o
where x.oid >= 16384
  and not exists (select from pg_depend e where e.classid = x.kind and e.objid = x.oid and e.deptype = 'e');
