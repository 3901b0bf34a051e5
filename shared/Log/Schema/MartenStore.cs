using System.Runtime.CompilerServices;
using Ecs.Contracts;
using Ecs.Contracts.Events;
using JasperFx;
using JasperFx.Events;
using Marten;
using Marten.Services;
using Npgsql;
using Casing = Weasel.Core.Casing;
using EnumStorage = Weasel.Core.EnumStorage;

namespace Ecs.Log;

/// <summary>The only event-store configuration of the house.</summary>
internal static class MartenStore
{
    /// <summary>
    /// Operations that Marten sends in one round trip: more than the biggest commit has, since a page of its own each
    /// 500 would hold the lock for one round trip more.
    /// </summary>
    private const int OperationsPerRoundTrip = 20_000;

    public static DocumentStore Open(NpgsqlDataSource source, AutoCreate autoCreate, CanonicalSerializer serializer) =>
        DocumentStore.For(options =>
        {
            options.Connection(source);
            options.AutoCreateSchemaObjects = autoCreate;
            options.DatabaseSchemaName = LogNames.Schema;
            options.UpdateBatchSize = OperationsPerRoundTrip;
            options.DisableNpgsqlLogging = true;
            options.Serializer(serializer);

            options.Events.DatabaseSchemaName = LogNames.Schema;
            options.Events.StreamIdentity = StreamIdentity.AsString;
            // Rich draws the sequence numbers before it inserts, so that they can be handed out in the order of the
            // decisions and hashed in the same transaction; the quick modes draw them inside PostgreSQL, stream by
            // stream.
            options.Events.AppendMode = EventAppendMode.Rich;
            options.Events.MetadataConfig.CausationIdEnabled = true;
            options.Events.MetadataConfig.CorrelationIdEnabled = true;
            options.Events.MetadataConfig.UserNameEnabled = true;
            foreach (var (name, type) in EventTypes.All) options.Events.MapEventType(type, name);
        });
}

/// <summary>
/// Marten's serializer, which stores of an event the very text that was hashed: it is looked up by the event's
/// reference, so that nothing is written twice and nothing can differ.
/// </summary>
internal sealed class CanonicalSerializer : SystemTextJsonSerializer, ISerializer
{
    private readonly ConditionalWeakTable<object, string> _prepared = [];

    public CanonicalSerializer()
        : base(EcsJson.Options)
    {
        // Marten takes the naming policy of the options away and puts its own in its place.
        Casing = Casing.CamelCase;
        EnumStorage = EnumStorage.AsString;
    }

    public void Prepare(object data, string canonicalJson) => _prepared.AddOrUpdate(data, canonicalJson);

    public new string ToJson(object? document) =>
        document is not null && _prepared.TryGetValue(document, out var json) ? json : base.ToJson(document);
}
