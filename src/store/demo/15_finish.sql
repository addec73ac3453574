-- Only the relations to publish stay.
do $$
declare
  leftover text;
begin
  for leftover in select c.relname from pg_class c where c.relnamespace = 'demo'::regnamespace
                  and c.relkind = 'r' and c.relname like 'w\_%' loop
    execute format('drop table demo.%I cascade', leftover);
  end loop;
  for leftover in select c.relname from pg_class c where c.relnamespace = 'demo'::regnamespace
                  and c.relkind = 'r' loop
    execute format('analyze demo.%I', leftover);
  end loop;
end $$;
