//! How our types stand in columns: ids as BIGINT, times as UTC timestamps, words as TEXT.

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::serialize::{Output, ToSql};
use diesel::sql_types::{BigInt, Nullable, SingleValue, Text, Timestamp};

use crate::domain::id::{
    AdAccountId, AdId, AdSetId, ApiTokenId, ApprovalId, CampaignId, ConnectionId, DecisionId, EnvelopeId, FilterId, HoldId,
    ImportId, JobId, LabelId, LimitId, NoticeId, ObjectId, PageId, PendingId, PictureId, PixelId, PlanId, SavedAudienceId,
    SplitTestId, StopId, UserId, WebhookId, WorkspaceId,
};
use crate::domain::role::Role;

/// A UTC time as both databases keep it: microseconds, no zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UtcTime(NaiveDateTime);

impl From<DateTime<Utc>> for UtcTime {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.naive_utc().trunc_subsecs(6))
    }
}

impl From<UtcTime> for DateTime<Utc> {
    fn from(time: UtcTime) -> Self {
        time.0.and_utc()
    }
}

impl UtcTime {
    /// As chrono's type.
    pub fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }
}

macro_rules! as_column {
    ($sql:ty, $inner:ty: $($name:ty),* $(,)?) => {$(
        impl AsExpression<$sql> for $name {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'a> AsExpression<$sql> for &'a $name {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl AsExpression<Nullable<$sql>> for $name {
            type Expression = Bound<Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'a> AsExpression<Nullable<$sql>> for &'a $name {
            type Expression = Bound<Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<DB: Backend> ToSql<$sql, DB> for $name
        where
            $inner: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> diesel::serialize::Result {
                column_value(self).to_sql(out)
            }
        }
        impl<DB: Backend> ToSql<Nullable<$sql>, DB> for $name
        where
            $name: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> diesel::serialize::Result {
                ToSql::<$sql, DB>::to_sql(self, out)
            }
        }
        impl<DB: Backend, ST: SingleValue> Queryable<ST, DB> for $name
        where
            $name: FromSql<ST, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> diesel::deserialize::Result<Self> {
                Ok(row)
            }
        }
    )*};
}

/// The column's own type inside ours.
trait ColumnValue {
    type Inner: ?Sized;
    fn inner(&self) -> &Self::Inner;
}

fn column_value<T: ColumnValue>(value: &T) -> &T::Inner {
    value.inner()
}

macro_rules! id_columns {
    ($($name:ident),* $(,)?) => {
        as_column!(BigInt, i64: $($name),*);
        $(
            impl ColumnValue for $name {
                type Inner = i64;
                fn inner(&self) -> &i64 {
                    &self.0
                }
            }
            impl<DB: Backend> FromSql<BigInt, DB> for $name
            where
                i64: FromSql<BigInt, DB>,
            {
                fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                    i64::from_sql(bytes).map(Self)
                }
            }
        )*
    };
}

id_columns!(
    AdAccountId,
    AdId,
    AdSetId,
    ApiTokenId,
    CampaignId,
    ConnectionId,
    DecisionId,
    SplitTestId,
    FilterId,
    ImportId,
    JobId,
    LabelId,
    NoticeId,
    ObjectId,
    PageId,
    PendingId,
    PictureId,
    PixelId,
    PlanId,
    SavedAudienceId,
    LimitId,
    HoldId,
    EnvelopeId,
    StopId,
    ApprovalId,
    UserId,
    WebhookId,
    WorkspaceId,
);

as_column!(Timestamp, NaiveDateTime: UtcTime);

impl ColumnValue for UtcTime {
    type Inner = NaiveDateTime;
    fn inner(&self) -> &NaiveDateTime {
        &self.0
    }
}

impl<DB: Backend> FromSql<Timestamp, DB> for UtcTime
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        NaiveDateTime::from_sql(bytes).map(Self)
    }
}

as_column!(Text, str: Role);

impl ColumnValue for Role {
    type Inner = str;
    fn inner(&self) -> &str {
        self.as_str()
    }
}

impl<DB: Backend> FromSql<Text, DB> for Role
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        Ok(String::from_sql(bytes)?.parse()?)
    }
}
