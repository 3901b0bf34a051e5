using Ecs.Contracts;
using Ecs.Contracts.Events;
using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;
using Casing = Weasel.Core.Casing;
using EnumStorage = Weasel.Core.EnumStorage;

namespace Ecs.Log;

/// <summary>
/// The only event-store configuration of the house: its tables are made by it, and any program of Marten's reads them
/// with it. Appends write the same rows without it, see <see cref="EventAppend"/>.
/// </summary>
internal static class MartenStore
{
    public static DocumentStore Open(NpgsqlDataSource source, AutoCreate autoCreate) =>
        DocumentStore.For(options =>
        {
            options.Connection(source);
            options.AutoCreateSchemaObjects = autoCreate;
            options.DatabaseSchemaName = LogNames.Schema;
            options.DisableNpgsqlLogging = true;
            // Marten puts a naming policy and an enum form of its own in the place of the options'.
            options.UseSystemTextJsonForSerialization(EcsJson.Options, EnumStorage.AsString, Casing.CamelCase);

            options.Events.DatabaseSchemaName = LogNames.Schema;
            options.Events.IgnoreIndex(LogNames.PlaceIndex);
            options.Events.StreamIdentity = StreamIdentity.AsString;
            // What else appends, a test or a tool, draws its numbers as the house does: before it inserts.
            options.Events.AppendMode = EventAppendMode.Rich;
            options.Events.MetadataConfig.CausationIdEnabled = true;
            options.Events.MetadataConfig.CorrelationIdEnabled = true;
            options.Events.MetadataConfig.UserNameEnabled = true;
            foreach (var (name, type) in EventTypes.All) options.Events.MapEventType(type, name);
        });
}
